using System.Globalization;
using Vouch.Evaluation.Resilience.Storm;
using Vouch.Resilience.Defaults;

namespace Vouch.Evaluation.Resilience;

/// <summary>After a spike, an outage or a brown-out: does the system come back, how fast, and how much work was wasted?</summary>
internal static class StormTask
{
    private const string Default = "vouch-default";

    public static EvaluationTask Task { get; } = new(
        "resilience",
        "storm",
        "The scenarios of scenarios.json below --data, --seeds N times each (2). --policies A,B,... of vouch-default (the decision core of the default pipeline), vouch-pipeline (the same through the real pipeline, its tasks and timers), none, retry3-exp-jitter, retry3+budget10. --only TEXT runs scenarios whose name holds it. --html FILE draws policies by scenarios, with the published figures of reference.csv where it stands beside scenarios.json. "
            + "Rows: medians over the seeds, and the worst recovery; the summary counts the default's runs that did not recover.",
        true,
        Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        int seeds = int.TryParse(run.Option("seeds", "2"), NumberStyles.None, CultureInfo.InvariantCulture, out int given) && given > 0
            ? given
            : throw new MissingDataException("--seeds takes a positive whole number.");
        string[] policies = run.Option("policies", Default).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string only = run.Option("only", "");
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        int unrecovered = 0;
        foreach (StormScenario scenario in StormScenario.ReadAll(run.Require(".")).Where(scenario => scenario.Name.Contains(only, StringComparison.Ordinal)))
        {
            foreach (string policy in policies)
            {
                run.Progress.Report($"{scenario.Name} {policy}");
                var records = new StormRecord[seeds];
                Parallel.For(0, seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => records[i] = Run(scenario, policy, run.Seed + i));
                rows.Add(Row(scenario, policy, records));
                unrecovered += policy == Default ? records.Count(static record => !record.IsRecovered) : 0;
            }
        }

        if (run.Option("html", "") is { Length: > 0 } page)
        {
            StormHeatMap.Write(page, [.. rows.Select(Cell), .. StormHeatMap.Cell.ReadReference(run.Require("scenarios.json").Replace("scenarios.json", "reference.csv", StringComparison.Ordinal))]);
        }

        return new EvaluationResult(rows, new Dictionary<string, object?> { ["unrecovered_runs"] = unrecovered }, unrecovered == 0);
    }

    private static StormRecord Run(StormScenario scenario, string policy, int seed) => new StormModel(scenario, seed, (model, index) => policy switch
    {
        "none" => new RetryClient(model, retries: 0, hasBudget: false),
        "retry3-exp-jitter" => new RetryClient(model, retries: 3, hasBudget: false),
        "retry3+budget10" => new RetryClient(model, retries: 3, hasBudget: true),
        Default => new DefaultClient(model, DefaultsSettings.From(Options(scenario, seed, index)).Rule, (seed * 1000) + index),
        "vouch-pipeline" => new PipelineClient(model, Options(scenario, seed, index)),
        _ => throw new MissingDataException($"There is no policy '{policy}'."),
    }).Run();

    /// <summary>The default as a user gets it; the deadline and the attempt timeout belong to the scenario.</summary>
    private static VouchDefaultsOptions Options(StormScenario scenario, int seed, int index) => new()
    {
        TotalTimeout = TimeSpan.FromMilliseconds(scenario.SloMs),
        AttemptTimeout = TimeSpan.FromMilliseconds(scenario.AttemptTimeoutMs),
        Seed = (seed * 1000) + index,
    };

    private static Dictionary<string, object?> Row(StormScenario scenario, string policy, StormRecord[] records) => new()
    {
        ["scenario"] = scenario.Name,
        ["policy"] = policy,
        ["goodput_during"] = Math.Round(records.Average(static record => record.GoodputDuring), 4),
        ["recovery_seconds"] = Median(records.Select(static record => record.RecoverySeconds)),
        ["wasted"] = Math.Round(records.Average(static record => record.Wasted), 4),
        ["amplification"] = Math.Round(records.Average(static record => record.Amplification), 4),
        ["rejected"] = Math.Round(records.Average(static record => record.Rejected), 5),
        ["goodput_before"] = Math.Round(records.Average(static record => record.GoodputBefore), 5),
        ["goodput_after"] = Math.Round(records.Average(static record => record.GoodputAfter), 5),
        ["recovery_max"] = records.Max(static record => record.RecoverySeconds),
        ["unrecovered"] = records.Count(static record => !record.IsRecovered),
        ["amplification_during"] = Math.Round(records.Average(static record => record.AmplificationDuring), 3),
        ["p50_ms"] = Math.Round(records.Average(static record => record.LatencyMs(0.5)), 0),
        ["p99_ms"] = Math.Round(records.Average(static record => record.LatencyMs(0.99)), 0),
    };

    private static StormHeatMap.Cell Cell(IReadOnlyDictionary<string, object?> row) => new(
        (string)row["scenario"]!,
        (string)row["policy"]!,
        (double)row["goodput_during"]!,
        (double)row["recovery_seconds"]!,
        (int)row["unrecovered"]!,
        (double)row["wasted"]!,
        (double)row["amplification"]!,
        IsOurs: true);

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
