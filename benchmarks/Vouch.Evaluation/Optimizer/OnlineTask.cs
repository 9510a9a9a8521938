using System.Globalization;
using Vouch.Core.Models;
using Vouch.Optimizer.Guarantees;
using Vouch.Optimizer.Learning;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;

namespace Vouch.Evaluation.Optimizer;

/// <summary>
/// Routes a stream of recorded queries: how often the monitor raises a false alarm, how soon it notices an endpoint that silently answers a fifth of its right answers wrong, what a bandit
/// earns from its first feedbacks, and whether off-policy intervals cover.
/// </summary>
/// <remarks>
/// Without drift, what the monitor expects of an endpoint is its recorded mean on the queries routed to it, so that the expectation is exactly true and every alarm is a false one.
/// </remarks>
internal static class OnlineTask
{
    private const int Delay = 500;
    private const double Audited = 0.2;
    private const double Fall = 0.2;
    private const int Feedbacks = 500;

    public static EvaluationTask Task { get; } = new(
        "optimizer", "online", "false alarms, detection of a silent fall, bandit, off-policy estimates (--set NAME, --runs N, --decisions N)", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        string set = run.Option("set", "zeroeval");
        int runs = int.Parse(run.Option("runs", "100"), CultureInfo.InvariantCulture);
        int decisions = int.Parse(run.Option("decisions", "100000"), CultureInfo.InvariantCulture);
        LlmData data = LlmData.Read(run, set);
        run.Progress.Report("fitting");
        RouteModel model = new RouteModelTrainer().Fit(data.Endpoints, data.Prices, [.. data.Train.Select(query => query.Prompt)], 0);
        double dearest = Enumerable.Range(0, data.Endpoints.Count).Max(e => data.Train.Average(query => query.Costs[e]));
        RoutingPolicy policy = RoutingPolicy.For(OptimizationProfile.Balanced, dearest);
        (OutcomePrediction[] Predictions, double[] Costs)[] predicted = RouterFrontier.Predict(model, data, data.Test);
        int[] eligible = [.. Enumerable.Range(0, data.Endpoints.Count)];
        int[] chosen = [.. predicted.Select(p => policy.Choose(p.Predictions, p.Costs, eligible))];

        var stream = new Stream(data.Test, chosen, data.Endpoints.Count);
        int falseAlarms = 0;
        for (int r = 0; r < runs; r++)
        {
            run.Progress.Report($"without drift {r + 1} of {runs}");
            falseAlarms += stream.Run(run.Seed + r, decisions, fallen: -1, from: 0) is null ? 0 : 1;
        }

        var waits = new List<double>();
        var rows = new List<Dictionary<string, object?>>();
        foreach (int endpoint in eligible.Where(e => chosen.Count(c => c == e) >= 0.02 * chosen.Length))
        {
            var own = new List<double>();
            for (int r = 0; r < Math.Max(10, runs / 2); r++)
            {
                run.Progress.Report($"{data.Endpoints[endpoint]} falls, {r + 1}");
                own.Add(stream.Run(run.Seed + r, decisions, endpoint, from: decisions / 20) ?? double.PositiveInfinity);
            }

            own.Sort();
            waits.AddRange(own);
            rows.Add(new Dictionary<string, object?>
            {
                ["endpoint"] = data.Endpoints[endpoint],
                ["share"] = chosen.Count(c => c == endpoint) / (double)chosen.Length,
                ["expected_score"] = stream.Expected[endpoint],
                ["median_audits"] = own[own.Count / 2],
            });
        }

        waits.Sort();
        (double earned, double coverage) = Learn(run, data, policy, predicted, chosen, eligible);
        double rate = (double)falseAlarms / runs;
        return new EvaluationResult(
            rows,
            new Dictionary<string, object?>
            {
                ["false_alarm"] = rate,
                ["median_audits"] = waits.Count > 0 ? waits[waits.Count / 2] : double.NaN,
                ["p90_audits"] = waits.Count > 0 ? waits[(int)(0.9 * waits.Count)] : double.NaN,
                ["bandit_share_of_full_information"] = earned,
                ["off_policy_coverage95"] = coverage,
            },
            rate <= 0.05);
    }

    // A bandit on a model fitted on 100 prompts against the router that was fitted on all of them, by score minus price; and intervals for the latter from the log of the former.
    private static (double Earned, double Coverage) Learn(
        EvaluationRun run, LlmData data, RoutingPolicy policy, (OutcomePrediction[] Predictions, double[] Costs)[] full, int[] chosen, int[] eligible)
    {
        double bandit = 0;
        double reference = 0;
        int covered = 0;
        const int Repeats = 40;
        (OutcomePrediction[] Predictions, double[] Costs)[] predicted = full;
        for (int r = 0; r < Repeats; r++)
        {
            run.Progress.Report($"bandit {r + 1} of {Repeats}");
            var random = new Random(run.Seed + r);
            LlmQuery[] few = [.. data.Train];
            random.Shuffle(few);
            if (r % 10 == 0)
            {
                RouteModel small = new RouteModelTrainer().Fit(data.Endpoints, data.Prices, [.. few.Take(100).Select(query => query.Prompt)], 0);
                predicted = RouterFrontier.Predict(small, data, data.Test);
            }

            var learner = new ContextualBandit(data.Endpoints.Count, new ContextualBanditOptions { Seed = run.Seed + r, ExplorationShare = 0.1, CostCap = 1_000 });
            var log = new List<LoggedDecision>();
            double truth = 0;
            var corrected = new OutcomePrediction[data.Endpoints.Count];
            for (int t = 0; t < Feedbacks; t++)
            {
                int q = random.Next(data.Test.Count);
                predicted[q].Predictions.CopyTo(corrected, 0);
                learner.Correct(corrected);
                BanditChoice choice = learner.Choose(policy, corrected, predicted[q].Costs, eligible, t);
                double reward = Reward(q, choice.Position);
                bandit += reward;
                reference += Reward(q, chosen[q]);
                log.Add(new LoggedDecision(
                    choice.Position, choice.Propensity, reward, chosen[q], Value(corrected, q, choice.Position), Value(corrected, q, chosen[q]))
                {
                    TargetPropensity = learner.PropensityOf(chosen[q], policy, corrected, predicted[q].Costs, eligible),
                });
                learner.Learn(choice.Position, predicted[q].Predictions[choice.Position], data.Test[q].Prompt.Labels.Scores[choice.Position]);
            }

            for (int q = 0; q < data.Test.Count; q++)
            {
                truth += Reward(q, chosen[q]) / data.Test.Count;
            }

            covered += OffPolicyEstimator.Estimate(log).Value.Contains(truth) ? 1 : 0;
        }

        return (bandit / reference, (double)covered / Repeats);

        double Reward(int q, int e) => policy.Value(data.Test[q].Prompt.Labels.Scores[e], data.Test[q].Costs[e]);
        double Value(OutcomePrediction[] predictions, int q, int e) => policy.Value(predictions[e].SuccessProbability, full[q].Costs[e]);
    }

    private sealed class Stream
    {
        private readonly IReadOnlyList<LlmQuery> _queries;
        private readonly int[] _chosen;
        private readonly double _mean;

        public Stream(IReadOnlyList<LlmQuery> queries, int[] chosen, int endpoints)
        {
            _queries = queries;
            _chosen = chosen;
            Expected = new double[endpoints];
            for (int e = 0; e < endpoints; e++)
            {
                Expected[e] = Enumerable.Range(0, chosen.Length).Where(q => chosen[q] == e).Select(q => queries[q].Prompt.Labels.Scores[e]).DefaultIfEmpty(0.5).Average();
            }

            _mean = Enumerable.Range(0, chosen.Length).Average(q => queries[q].Prompt.Labels.Scores[chosen[q]]);
        }

        public double[] Expected { get; }

        /// <summary>The audited outcomes of the fallen endpoint until its alarm (or the promise's); without drift, 0 at the first alarm; null where none was raised.</summary>
        public double? Run(int seed, int decisions, int fallen, int from)
        {
            var random = new Random(seed);
            var monitor = new GuaranteeMonitor(Expected.Length, Math.Clamp(_mean, 0.01, 0.99));
            var waiting = new Queue<AuditedOutcome>();
            int audits = 0;
            for (int t = 0; t < decisions; t++)
            {
                int q = random.Next(_queries.Count);
                int e = _chosen[q];
                double score = _queries[q].Prompt.Labels.Scores[e];
                if (e == fallen && t >= from && random.NextDouble() < Fall)
                {
                    score = 0;
                }

                // Most outcomes are never audited, some are reported twice, all come late.
                bool audited = random.NextDouble() < Audited;
                waiting.Enqueue(new AuditedOutcome(audited ? t : -1, e, Expected[e], score));
                if (waiting.Count <= Delay)
                {
                    continue;
                }

                AuditedOutcome outcome = waiting.Dequeue();
                if (outcome.DecisionId < 0)
                {
                    continue;
                }

                audits += outcome.Endpoint == fallen && outcome.DecisionId >= from ? 1 : 0;
                AuditVerdict verdict = monitor.Audit(outcome);
                if (outcome.DecisionId % 50 == 0)
                {
                    monitor.Audit(outcome);
                }

                if (verdict is AuditVerdict.EndpointAlarm or AuditVerdict.PromiseAlarm)
                {
                    return audits;
                }
            }

            return null;
        }
    }
}
