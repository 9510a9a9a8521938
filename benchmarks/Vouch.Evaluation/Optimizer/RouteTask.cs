using System.Diagnostics;
using System.Globalization;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;

namespace Vouch.Evaluation.Optimizer;

/// <summary>Fits a router on the train part and measures cost and quality of its operating points on the test part, beside random mixes of single endpoints.</summary>
internal static class RouteTask
{
    public static EvaluationTask Task { get; } = new(
        "optimizer", "route", "cost and quality of the router over its price sensitivity (--set NAME, --labels N, --cascades N, --prior NAME,NAME)", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        string set = run.Option("set", "zeroeval");
        int labels = int.Parse(run.Option("labels", "0"), CultureInfo.InvariantCulture);
        int cascades = int.Parse(run.Option("cascades", "8"), CultureInfo.InvariantCulture);
        LlmData data = LlmData.Read(run, set);
        LlmQuery[] train = [.. data.Train];
        if (labels > 0 && labels < train.Length)
        {
            new Random(run.Seed).Shuffle(train);
            train = train[..labels];
        }

        OutcomeModel? prior = run.Option("prior", "") is { Length: > 0 } names ? Prior(run, names.Split(',')) : null;
        run.Progress.Report($"fitting {train.Length} x {data.Endpoints.Count}");
        long started = Stopwatch.GetTimestamp();
        TimeSpan busy = Environment.CpuUsage.TotalTime;
        var trainer = new RouteModelTrainer();
        RouteModel model = trainer.Fit(data.Endpoints, data.Prices, [.. train.Select(query => query.Prompt)], data.Endpoints.Count > 2 ? cascades : 0, prior);
        double fitSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double fitProcessorSeconds = (Environment.CpuUsage.TotalTime - busy).TotalSeconds;

        var rows = new List<Dictionary<string, object?>>();
        var frontier = new RouterFrontier(model, data, data.Test);
        foreach ((string router, double cost, double quality) in frontier.Singles.Concat(frontier.Cascades).Concat(frontier.Points))
        {
            rows.Add(new Dictionary<string, object?> { ["router"] = router, ["cost"] = cost, ["quality"] = quality });
        }

        (string best, double bestCost, double bestQuality) = frontier.Singles.MaxBy(single => single.Quality);
        var router1 = new CostQualityHull(frontier.Points.Select(point => (point.Cost, point.Quality)));
        var direct = new CostQualityHull(new RouterFrontier(model, data, data.Test, directOnly: true).Points.Select(point => (point.Cost, point.Quality)));
        var mix = new CostQualityHull(frontier.Singles.Select(single => (single.Cost, single.Quality)));
        double from = frontier.Singles.Min(single => single.Cost);
        double to = frontier.Singles.Max(single => single.Cost);
        RouterAssessment assessment = Assess(model, data, train);
        using var saved = new MemoryStream();
        model.Fit.Model.Save(saved);
        var summary = new Dictionary<string, object?>
        {
            ["aiq"] = router1.Area(from, to),
            ["zero_aiq"] = mix.Area(from, to),
            ["save95"] = 1 - (router1.CostOf(0.95 * bestQuality) / bestCost),
            ["save98"] = 1 - (router1.CostOf(0.98 * bestQuality) / bestCost),
            ["save100"] = 1 - (router1.CostOf(bestQuality) / bestCost),
            ["apgr"] = data.Endpoints.Count == 2 ? GapRecovered(model, data, data.Test) : null,
            ["direct_aiq"] = direct.Area(from, to),
            ["direct_save95"] = 1 - (direct.CostOf(0.95 * bestQuality) / bestCost),
            ["direct_save98"] = 1 - (direct.CostOf(0.98 * bestQuality) / bestCost),
            ["best_single"] = best,
            ["best_quality"] = bestQuality,
            ["best_cost"] = bestCost,
            ["beats_random_mix"] = assessment.BeatsRandomMix,
            ["held_out_gain"] = assessment.Gain,
            ["held_out_gain_lower"] = assessment.GainLower,
            ["fit_seconds"] = fitSeconds,
            ["fit_processor_seconds"] = fitProcessorSeconds,
            ["model_bytes"] = saved.Length,
            ["microseconds_per_decision"] = DecisionMicroseconds(model, data),
        };
        foreach (IGrouping<string, LlmQuery> benchmark in data.Test.GroupBy(query => query.Benchmark))
        {
            if (data.Endpoints.Count == 2)
            {
                summary["apgr_" + benchmark.Key] = GapRecovered(model, data, [.. benchmark]);
            }
        }

        return new EvaluationResult(rows, summary, router1.Area(from, to) >= mix.Area(from, to));
    }

    // A model of other endpoints on the train parts of other sets: each endpoint is labelled on its own set only.
    private static OutcomeModel Prior(EvaluationRun run, string[] sets)
    {
        LlmData[] others = [.. sets.Select(set => LlmData.Read(run, set))];
        string[] endpoints = [.. others.SelectMany((other, i) => other.Endpoints.Select(endpoint => $"{sets[i]} {endpoint}"))];
        var prompts = new List<LabelledPrompt>();
        int first = 0;
        foreach (LlmData other in others)
        {
            foreach (LlmQuery query in other.Train)
            {
                double[] scores = [.. Enumerable.Repeat(double.NaN, endpoints.Length)];
                query.Prompt.Labels.Scores.ToArray().CopyTo(scores, first);
                prompts.Add(new LabelledPrompt(query.Prompt.Labels.Prompt, scores, []));
            }

            first += other.Endpoints.Count;
        }

        run.Progress.Report($"fitting the prior on {prompts.Count} prompts");
        return new OutcomeModelTrainer().Fit(endpoints, prompts).Model;
    }

    // The share of the gap between weak and strong endpoint that is recovered, averaged over the share of strong calls (RouteLLM's APGR).
    private static double GapRecovered(RouteModel model, LlmData data, IReadOnlyList<LlmQuery> queries)
    {
        double[] mean = [.. Enumerable.Range(0, 2).Select(e => queries.Average(query => query.Prompt.Labels.Scores[e]))];
        int strong = mean[1] >= mean[0] ? 1 : 0;
        var predictions = new OutcomePrediction[2];
        var gains = new List<(double Predicted, double Actual)>();
        foreach (LlmQuery query in queries)
        {
            model.Fit.Model.Predict(query.Prompt.Labels.Prompt, predictions);
            IReadOnlyList<double> scores = query.Prompt.Labels.Scores;
            gains.Add((predictions[strong].SuccessProbability - predictions[1 - strong].SuccessProbability, scores[strong] - scores[1 - strong]));
        }

        double recovered = 0;
        double area = 0;
        foreach ((_, double actual) in gains.OrderByDescending(gain => gain.Predicted))
        {
            area += recovered + (actual / 2);
            recovered += actual;
        }

        return area / gains.Count / recovered;
    }

    private static RouterAssessment Assess(RouteModel model, LlmData data, LlmQuery[] train)
    {
        int k = data.Endpoints.Count;
        return RouterAssessment.Measure(
            [.. model.Fit.HeldOutProbabilities.Select(row => (IReadOnlyList<double>)[.. row.Take(k)])],
            [.. train.Select(query => query.Prompt.Labels.Scores)],
            [.. train.Select(query => (IReadOnlyList<double>)query.Costs)]);
    }

    private static double DecisionMicroseconds(RouteModel model, LlmData data)
    {
        string[] prompts = [.. data.Test.Select(query => query.Prompt.Labels.Prompt).OrderBy(prompt => Math.Abs(prompt.Length - 600)).Take(100)];
        var predictions = new OutcomePrediction[model.Routes.Count];
        var costs = new double[model.Routes.Count];
        TokenPrice[] prices = [.. data.Prices];
        var times = new List<double>();
        for (int round = 0; round < 50; round++)
        {
            foreach (string prompt in prompts)
            {
                long started = Stopwatch.GetTimestamp();
                model.Predict(prompt, 150, prices, predictions, costs);
                times.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            }
        }

        times.Sort();
        return times[times.Count / 2];
    }
}
