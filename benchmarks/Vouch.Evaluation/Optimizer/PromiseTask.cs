using System.Globalization;
using Vouch.Optimizer.Guarantees;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;

namespace Vouch.Evaluation.Optimizer;

/// <summary>Draws calibration samples from the test part, certifies a policy on each, and holds it against its mean over the whole test part.</summary>
internal static class PromiseTask
{
    private const double Confidence = 0.95;

    public static EvaluationTask Task { get; } = new(
        "optimizer", "promise", "how often a certified policy breaks its promise, and what it saves (--set NAME, --n N, --f F, --draws N, --cascades N)", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        string set = run.Option("set", "zeroeval");
        int n = int.Parse(run.Option("n", "290"), CultureInfo.InvariantCulture);
        double f = double.Parse(run.Option("f", "0.95"), CultureInfo.InvariantCulture);
        int draws = int.Parse(run.Option("draws", "300"), CultureInfo.InvariantCulture);
        LlmData data = LlmData.Read(run, set);
        int cascades = data.Endpoints.Count > 2 ? int.Parse(run.Option("cascades", "8"), CultureInfo.InvariantCulture) : 0;
        if (n > data.Test.Count)
        {
            throw new MissingDataException($"The test part of '{set}' has {data.Test.Count} queries, a sample of {n} cannot be drawn from it.");
        }

        run.Progress.Report("fitting");
        RouteModel model = new RouteModelTrainer().Fit(data.Endpoints, data.Prices, [.. data.Train.Select(query => query.Prompt)], cascades);
        QualityGuarantee guarantee = QualityGuarantee.RelativeToBest(f, Confidence);
        CandidatePolicy[] singles = Singles(model, data, data.Test);
        CandidatePolicy[] candidates = Sequence(model, data, guarantee);
        CandidatePolicy best = singles.MaxBy(single => single.Scores.Average())!;
        double truth = f * best.Scores.Average();
        double bestCost = best.Costs.Average();

        var rows = new List<Dictionary<string, object?>>();
        int broken = 0;
        int insufficient = 0;
        double saving = 0;
        var random = new Random(run.Seed);
        int[] pool = [.. Enumerable.Range(0, data.Test.Count)];
        for (int draw = 0; draw < draws; draw++)
        {
            random.Shuffle(pool);
            int[] sample = pool[..n];
            CalibrationArtefact artefact = new GuaranteeCalibrator().Calibrate(
                guarantee, [.. singles.Select(single => Part(single, sample))], [.. candidates.Select(candidate => Part(candidate, sample))], model.Digest, DateTimeOffset.UnixEpoch);

            // Without a certified policy the safe tier serves: the single endpoint that was best on the sample.
            string serving = artefact.CertifiedPolicy ?? artefact.SafeEndpoint;
            CandidatePolicy served = artefact.IsInsufficient ? singles.First(single => single.Name == serving) : candidates.First(candidate => candidate.Name == serving);
            bool breaks = served.Scores.Average() < truth - 1e-12;
            double saved = 1 - (served.Costs.Average() / bestCost);
            broken += breaks ? 1 : 0;
            insufficient += artefact.IsInsufficient ? 1 : 0;
            saving += saved;
            rows.Add(new Dictionary<string, object?> { ["draw"] = draw, ["policy"] = serving, ["quality"] = served.Scores.Average(), ["saving"] = saved, ["broken"] = breaks });
            run.Progress.Report($"draw {draw + 1} of {draws}");
        }

        double rate = (double)broken / draws;
        return new EvaluationResult(
            rows,
            new Dictionary<string, object?>
            {
                ["broken"] = rate,
                ["saving"] = saving / draws,
                ["insufficient"] = (double)insufficient / draws,
                ["promised"] = truth,
                ["candidates"] = candidates.Length,
            },
            rate <= 1 - Confidence);
    }

    private static CandidatePolicy[] Singles(RouteModel model, LlmData data, IReadOnlyList<LlmQuery> queries) =>
        [.. model.Routes.Take(data.Endpoints.Count).Select(route => Candidate(route.Name, queries, _ => route))];

    // Policies over all routes and every route by itself, ordered by held-out predictions on the train part, then applied to the test part.
    private static CandidatePolicy[] Sequence(RouteModel model, LlmData data, QualityGuarantee guarantee)
    {
        int[] eligible = [.. Enumerable.Range(0, model.Routes.Count)];
        double dearest = data.Train.Average(query => query.Costs.Max());
        RoutingPolicy[] policies = [.. RouterFrontier.Policies(dearest)];
        (OutcomePrediction[] Predictions, double[] Costs)[] seen = RouterFrontier.Predict(model, data, data.Train);
        for (int i = 0; i < seen.Length; i++)
        {
            for (int r = 0; r < model.Routes.Count; r++)
            {
                seen[i].Predictions[r] = seen[i].Predictions[r] with { SuccessProbability = model.Fit.HeldOutProbabilities[i][r] };
            }
        }

        (OutcomePrediction[] Predictions, double[] Costs)[] unseen = RouterFrontier.Predict(model, data, data.Test);
        CandidatePolicy[] earlier = [.. All(data.Train, seen)];
        CandidatePolicy[] later = [.. All(data.Test, unseen)];
        return [.. CandidateSequence.Order(guarantee, Singles(model, data, data.Train), earlier).Select(position => later[position])];

        IEnumerable<CandidatePolicy> All(IReadOnlyList<LlmQuery> queries, (OutcomePrediction[] Predictions, double[] Costs)[] predicted) =>
            policies.Select(policy => Candidate(policy.Name, queries, i => model.Routes[policy.Choose(predicted[i].Predictions, predicted[i].Costs, eligible)]))
                .Concat(model.Routes.Select(route => Candidate(route.Name, queries, _ => route)));
    }

    private static CandidatePolicy Candidate(string name, IReadOnlyList<LlmQuery> queries, Func<int, Route> choose)
    {
        (double Score, double Cost)[] outcomes = [.. queries.Select((query, i) => query.Outcome(choose(i)))];
        return new CandidatePolicy(name, [.. outcomes.Select(outcome => outcome.Score)], [.. outcomes.Select(outcome => outcome.Cost)]);
    }

    private static CandidatePolicy Part(CandidatePolicy policy, int[] sample) =>
        new(policy.Name, [.. sample.Select(i => policy.Scores[i])], [.. sample.Select(i => policy.Costs[i])]);
}
