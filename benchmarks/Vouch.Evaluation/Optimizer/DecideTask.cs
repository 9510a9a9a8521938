using System.Diagnostics;
using System.Globalization;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Routing;

namespace Vouch.Evaluation.Optimizer;

/// <summary>How long the router takes to decide on real prompts cut to one length, laws, prediction, choice, money and settlement together; the best of several rounds, as other load only adds. The rate is one of processor time: what one core does when it does nothing else.</summary>
internal static class DecideTask
{
    private const int Rounds = 9;
    private const int Decisions = 20_000;
    private const double MostP50 = 20e-6;
    private const double MostP99 = 100e-6;
    private const double LeastPerSecond = 40_000;

    public static EvaluationTask Task { get; } = new("optimizer", "decide", "time of a decision: p50, p99, decisions a second, bytes (--set NAME, --characters N, --cascades N)", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        int characters = int.Parse(run.Option("characters", "600"), CultureInfo.InvariantCulture);
        int cascades = int.Parse(run.Option("cascades", "0"), CultureInfo.InvariantCulture);
        LlmData data = LlmData.Read(run, run.Option("set", "mmlupro"));
        run.Progress.Report($"fitting {data.Train.Count} x {data.Endpoints.Count}");
        RouteModel model = new RouteModelTrainer().Fit(data.Endpoints, data.Prices, [.. data.Train.Select(query => query.Prompt)], cascades);
        EndpointRegistry registry = EndpointRegistry.From(new EndpointRegistryOptions
        {
            Endpoints = [.. data.Endpoints.Select((name, i) => new EndpointOptions
            {
                Id = name, Provider = "p", InputUsdPerMillion = (decimal)data.Prices[i].InputPerMillion, OutputUsdPerMillion = (decimal)data.Prices[i].OutputPerMillion, ContextTokens = 128_000, MaxOutputTokens = 4_096,
            })],
        });
        using var catalog = new EndpointCatalog(registry);
        using var router = new Router(catalog, new RouteModelPredictor(model, DateTimeOffset.UnixEpoch), new RoutingPlan(new RoutingPolicy("balanced", 50)));
        string[] prompts = [.. data.Test.Select(query => Repeated(query.Prompt.Labels.Prompt, characters)).Take(1_024)];
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        double[] seconds = new double[Decisions];
        for (int round = 0; round < Rounds; round++)
        {
            run.Progress.Report($"round {round + 1} of {Rounds}");
            long before = GC.GetAllocatedBytesForCurrentThread();
            TimeSpan busy = Environment.CpuUsage.TotalTime;
            long begun = Stopwatch.GetTimestamp();
            for (int i = 0; i < Decisions; i++)
            {
                long started = Stopwatch.GetTimestamp();
                using (RoutedCall call = router.Begin(new RouteRequest(prompts[i % prompts.Length]) { AllowsCascades = cascades > 0 }))
                {
                    if (call.IsComparing)
                    {
                        call.CompleteLeg(CascadeLeg.First, new TokenUsage(1, 1));
                        call.CompleteLeg(CascadeLeg.Second, new TokenUsage(1, 1));
                        call.Resolve(true);
                    }
                    else
                    {
                        call.Complete(new TokenUsage(1, 1));
                    }
                }

                seconds[i] = Stopwatch.GetElapsedTime(started).TotalSeconds;
            }

            double total = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            double processor = (Environment.CpuUsage.TotalTime - busy).TotalSeconds;
            long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Array.Sort(seconds);
            rows.Add(new Dictionary<string, object?>
            {
                ["round"] = round,
                ["p50_seconds"] = seconds[Decisions / 2],
                ["p99_seconds"] = seconds[Decisions * 99 / 100],
                ["per_second"] = Decisions / total,
                ["per_processor_second"] = Decisions / processor,
                ["bytes_per_decision"] = (double)bytes / Decisions,
            });
        }

        double p50 = rows.Min(static row => (double)row["p50_seconds"]!);
        double p99 = rows.Min(static row => (double)row["p99_seconds"]!);
        double perSecond = rows.Max(static row => (double)row["per_processor_second"]!);
        double least = rows.Min(static row => (double)row["bytes_per_decision"]!);
        var summary = new Dictionary<string, object?>
        {
            ["endpoints"] = data.Endpoints.Count,
            ["cascades"] = router.Preview(new RouteRequest(prompts[0])).Cascades.Count,
            ["characters"] = characters,
            ["p50_seconds"] = p50,
            ["p99_seconds"] = p99,
            ["per_processor_second"] = perSecond,
            ["bytes_per_decision"] = least,
            ["record_seconds"] = RecordSeconds(router, prompts),
        };
        return new EvaluationResult(rows, summary, p50 <= MostP50 && p99 <= MostP99 && perSecond >= LeastPerSecond && least == 0);
    }

    private static double RecordSeconds(Router router, string[] prompts)
    {
        double best = double.PositiveInfinity;
        using RoutedCall call = router.Begin(new RouteRequest(prompts[0]));
        for (int round = 0; round < 20; round++)
        {
            long started = Stopwatch.GetTimestamp();
            for (int i = 0; i < 100; i++)
            {
                call.ToRecord();
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalSeconds / 100);
        }

        return best;
    }

    private static string Repeated(string prompt, int characters)
    {
        while (prompt.Length < characters)
        {
            prompt += "\n" + prompt;
        }

        return prompt[..characters];
    }
}
