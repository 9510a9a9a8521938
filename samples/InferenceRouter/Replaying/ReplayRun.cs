using System.Diagnostics;
using InferenceRouter.Outcomes;
using Vouch.Core.Exceptions;
using Vouch.Optimizer.Configuration;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Guarantees;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;
using Vouch.Optimizer.Routing;

namespace InferenceRouter.Replaying;

/// <summary>
/// Three parts of the data, three uses: the training split fits the model, a random half of the rest certifies a policy, and the other half, seen by neither, measures
/// what the router made of it.
/// </summary>
internal static class ReplayRun
{
    private const int Sensitivities = 33;
    private const int ReliabilityBins = 10;
    private const int SpeedTest = 8_192;

    public static ReplayResult Run(ReplayRequest request, IProgress<(string Step, double Part)> progress, CancellationToken cancellationToken)
    {
        progress.Report(("Reading outcomes", 0.02));
        OutcomeTable table = request.Folder is { } folder ? OutcomeFolder.Load(folder, request.Set) : SyntheticOutcomes.Make(request.Seed);
        RecordedQuery[] train = [.. table.Queries.Where(static query => query.IsTrain)];
        RecordedQuery[] rest = [.. table.Queries.Where(static query => !query.IsTrain).OrderBy(static query => query.Id, StringComparer.Ordinal)];
        new Random(request.Seed).Shuffle(rest);
        RecordedQuery[] calibration = rest[..(rest.Length / 2)];
        RecordedQuery[] measured = rest[(rest.Length / 2)..];
        if (train.Length < OutcomeModelTrainer.MinimumPrompts || measured.Length < 20)
        {
            throw new InputValidationException($"{train.Length} training and {rest.Length} test queries are too few to fit, certify and measure.") { DataSource = request.Folder };
        }

        progress.Report(("Fitting the model", 0.1));
        long started = Stopwatch.GetTimestamp();
        OutcomeModel model = new OutcomeModelTrainer(seed: request.Seed).Fit(
            [.. table.Registry.Endpoints.Select(static endpoint => endpoint.Id)],
            [.. train.Select(static query => new LabelledPrompt(query.Prompt, query.Scores, query.OutputTokens))],
            cancellationToken: cancellationToken).Model;
        double fitSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        cancellationToken.ThrowIfCancellationRequested();

        progress.Report(("Certifying a policy", 0.6));
        int best = BestOf(train, table.Registry.Count);
        RoutingPolicy[] policies = Candidates(train.Average(query => query.Costs[best]));
        OutcomePrediction[][] predicted = [.. calibration.Select(query => Predict(model, query))];
        CalibrationArtefact artefact = new GuaranteeCalibrator().Calibrate(
            QualityGuarantee.RelativeToBest(request.Fraction, request.Confidence),
            [.. table.Registry.Endpoints.Select((endpoint, e) => new CandidatePolicy(endpoint.Id, [.. calibration.Select(query => query.Scores[e])], [.. calibration.Select(query => query.Costs[e])]))],
            [.. policies.Select(policy => AsCandidate(policy, table.Registry, calibration, predicted))],
            model.Digest,
            TimeProvider.System.GetUtcNow());

        // A person would look at the calibration here; this is a replay, and says so.
        artefact = artefact.Review("replay of recorded outcomes", TimeProvider.System.GetUtcNow()).Activate(model.Digest);
        cancellationToken.ThrowIfCancellationRequested();

        progress.Report(("Routing the measured queries", 0.75));
        OutcomePrediction[][] held = [.. measured.Select(query => Predict(model, query))];
        MeasuredPoint[] frontier = [.. policies.Select(policy => Measure(policy.Name, table.Registry, policy, measured, held))];
        MeasuredPoint[] singles = [.. table.Registry.Endpoints.Select((endpoint, e) => new MeasuredPoint(endpoint.Id, 1_000 * measured.Average(query => query.Costs[e]), measured.Average(query => query.Scores[e])))];
        (MeasuredPoint routed, int[] counts, DecisionSpeed speed, int identical, DecisionRecord sample, bool isQuiet) = Route(table, model, RoutingPlan.From(artefact, policies), artefact, measured);

        progress.Report(("Writing the report", 0.97));
        int[] undominated = ParetoFront.Of([.. singles.SelectMany(static point => (double[])[point.CostPerThousand, -point.Quality])], 2);
        ReliabilityBin[] bins = Reliability(held, measured);
        return new ReplayResult(
            request, table, model, artefact, frontier, HullOf([.. frontier, .. singles]), singles[best], routed,
            [.. singles.Select((point, e) => new EndpointShare(point.Name, table.Registry[e].Tier, point.Quality, point.CostPerThousand, counts[e] / (double)measured.Length, !undominated.Contains(e)))],
            bins, bins.Sum(bin => bin.Count * Math.Abs(bin.Predicted - bin.Observed)) / bins.Sum(static bin => bin.Count),
            train.Length, calibration.Length, measured.Length, fitSeconds, speed, measured.Length, identical, sample, isQuiet);
    }

    /// <summary>The upper concave hull of cost and quality: what mixing reaches.</summary>
    internal static MeasuredPoint[] HullOf(MeasuredPoint[] points)
    {
        var hull = new List<MeasuredPoint>();
        foreach (MeasuredPoint point in points.OrderBy(static point => point.CostPerThousand).ThenByDescending(static point => point.Quality))
        {
            if (hull.Count > 0 && point.Quality <= hull[^1].Quality)
            {
                continue;
            }

            while (hull.Count > 1 && Slope(hull[^2], hull[^1]) <= Slope(hull[^2], point))
            {
                hull.RemoveAt(hull.Count - 1);
            }

            hull.Add(point);
        }

        return [.. hull];

        static double Slope(MeasuredPoint from, MeasuredPoint to) => (to.Quality - from.Quality) / Math.Max(to.CostPerThousand - from.CostPerThousand, 1e-300);
    }

    private static int BestOf(RecordedQuery[] queries, int endpoints) =>
        Enumerable.Range(0, endpoints).MaxBy(e => (queries.Average(query => query.Scores[e]), -queries.Average(query => query.Costs[e])));

    /// <summary>From the safest to the cheapest, evenly spread on a logarithmic scale about what a query costs on the best endpoint.</summary>
    private static RoutingPolicy[] Candidates(double referenceCost)
    {
        double unit = 1 / Math.Max(referenceCost, 1e-12);
        return [.. Enumerable.Range(0, Sensitivities).Select(i => new RoutingPolicy($"sensitivity {i:00}", unit * Math.Pow(10, -2.5 + (i / 8.0))))];
    }

    private static OutcomePrediction[] Predict(OutcomeModel model, RecordedQuery query)
    {
        var predictions = new OutcomePrediction[model.Endpoints.Count];
        model.Predict(query.Prompt, predictions);
        return predictions;
    }

    private static int Choose(RoutingPolicy policy, EndpointRegistry registry, RecordedQuery query, OutcomePrediction[] predictions)
    {
        Span<double> costs = stackalloc double[registry.Count];
        Span<int> eligible = stackalloc int[registry.Count];
        for (int e = 0; e < registry.Count; e++)
        {
            costs[e] = (double)registry[e].Prices.ExpectedCost(query.PromptTokens, predictions[e].OutputTokens).Usd;
            eligible[e] = e;
        }

        return policy.Choose(predictions, costs, eligible);
    }

    private static CandidatePolicy AsCandidate(RoutingPolicy policy, EndpointRegistry registry, RecordedQuery[] queries, OutcomePrediction[][] predictions)
    {
        int[] choices = [.. queries.Select((query, i) => Choose(policy, registry, query, predictions[i]))];
        return new CandidatePolicy(policy.Name, [.. queries.Select((query, i) => query.Scores[choices[i]])], [.. queries.Select((query, i) => query.Costs[choices[i]])]);
    }

    private static MeasuredPoint Measure(string name, EndpointRegistry registry, RoutingPolicy policy, RecordedQuery[] queries, OutcomePrediction[][] predictions)
    {
        CandidatePolicy routed = AsCandidate(policy, registry, queries, predictions);
        return new MeasuredPoint(name, 1_000 * routed.Costs.Average(), routed.Scores.Average());
    }

    /// <summary>The real router on the measured queries, one after the other, with its monitor told every outcome, and every decision made again from its record.</summary>
    private static (MeasuredPoint Routed, int[] Counts, DecisionSpeed Speed, int Identical, DecisionRecord Sample, bool IsQuiet) Route(
        OutcomeTable table, OutcomeModel model, RoutingPlan plan, CalibrationArtefact artefact, RecordedQuery[] queries)
    {
        using var catalog = new EndpointCatalog(table.Registry);
        using var router = new Router(catalog, new OutcomeModelPredictor(model, TimeProvider.System.GetUtcNow()), plan);
        router.Use(plan, new GuaranteeMonitor(table.Registry.Count, Math.Clamp(artefact.PromisedQuality, 1e-6, 1 - 1e-6)));
        int[] counts = new int[table.Registry.Count];
        double cost = 0;
        double score = 0;
        int identical = 0;
        DecisionRecord? sample = null;
        foreach (RecordedQuery query in queries)
        {
            using RoutedCall call = router.Begin(new RouteRequest(query.Prompt) { InputTokens = query.PromptTokens });
            int chosen = table.Registry.PositionOf(call.Endpoint!.Id);
            DecisionRecord record = call.ToRecord();
            RoutedAnswer answer = call.Answer;
            sample ??= record;
            identical += router.Replay(record, query.Prompt).IsIdentical ? 1 : 0;
            call.Complete(new TokenUsage(query.PromptTokens, (long)query.OutputTokens[chosen]));
            counts[chosen]++;
            cost += query.Costs[chosen];
            score += query.Scores[chosen];
            router.Audit(answer, query.Scores[chosen]);
        }

        return (new MeasuredPoint("router", 1_000 * cost / queries.Length, score / queries.Length), counts, SpeedOf(router, queries), identical, sample!, router.Monitor?.IsPromiseBroken != true);
    }

    /// <summary>Decisions on this core, warm: how many a second, and how long the middle one and the slowest in a hundred take.</summary>
    private static DecisionSpeed SpeedOf(Router router, RecordedQuery[] queries)
    {
        long[] ticks = new long[SpeedTest];
        for (int i = -SpeedTest; i < SpeedTest; i++)
        {
            RecordedQuery query = queries[(i + SpeedTest) % queries.Length];
            long started = Stopwatch.GetTimestamp();
            using (RoutedCall call = router.Begin(new RouteRequest(query.Prompt) { InputTokens = query.PromptTokens }))
            {
                call.Complete(new TokenUsage(query.PromptTokens, 1));
            }

            if (i >= 0)
            {
                ticks[i] = Stopwatch.GetTimestamp() - started;
            }
        }

        double perSecond = SpeedTest / (ticks.Sum() / (double)Stopwatch.Frequency);
        Array.Sort(ticks);
        return new DecisionSpeed(perSecond, Stopwatch.GetElapsedTime(0, ticks[SpeedTest / 2]), Stopwatch.GetElapsedTime(0, ticks[SpeedTest * 99 / 100]));
    }

    private static ReliabilityBin[] Reliability(OutcomePrediction[][] predictions, RecordedQuery[] queries)
    {
        var pairs = predictions.SelectMany((row, i) => row.Select((prediction, e) => (prediction.SuccessProbability, Score: queries[i].Scores[e])));
        return [.. pairs.GroupBy(static pair => Math.Min(ReliabilityBins - 1, (int)(pair.SuccessProbability * ReliabilityBins))).OrderBy(static bin => bin.Key)
            .Select(static bin => new ReliabilityBin(bin.Average(static pair => pair.SuccessProbability), bin.Average(static pair => pair.Score), bin.Count()))];
    }
}
