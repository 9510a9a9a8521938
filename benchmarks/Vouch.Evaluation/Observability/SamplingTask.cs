using Vouch.Observability.Sampling;
using Vouch.Observability.Traces;

namespace Vouch.Evaluation.Observability;

/// <summary>
/// All traces of a system, in windows of 500 in the order of the files, with a budget of a tenth of each; five seeds for the randomness of trace ids. Slow is what exceeds the normal p99 of its type.
/// A window's budget error is how far the number kept is from the budget; the error of counts is how far the sum of weights is from the number of traces, per window.
/// </summary>
internal static class SamplingTask
{
    private const int PerWindow = 500;
    private const int Budget = 50;
    private const int Seeds = 5;

    public static EvaluationTask Task { get; } = new("observability", "sampling", "Adaptive sampling: budget per window, errors and slow traces kept, error of totals", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        string[] files = [.. Directory.GetFiles(run.Require("traces"), "*.csv.gz").Where(file => !Path.GetFileName(file).StartsWith("metrics", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        var rows = new List<Dictionary<string, object?>>();
        double worst = 0;
        foreach (IGrouping<string, string> system in files.GroupBy(file => SystemOf(Path.GetFileName(file))))
        {
            run.Progress.Report(system.Key);
            Dictionary<string, double> limits = system.Where(IsNormal).SelectMany(TraceFiles.Trees).GroupBy(tree => tree.Type.ToString()).ToDictionary(type => type.Key, type => P99([.. type.Select(tree => tree.Duration.TotalMilliseconds)]));
            SpanTree[] trees = [.. system.SelectMany(TraceFiles.Trees)];
            Dictionary<string, object?> row = Row(system.Key, trees, limits, run.Seed);
            rows.Add(row);
            worst = Math.Max(worst, (double)row["worst_window_error"]!);
        }

        return new EvaluationResult(rows, new Dictionary<string, object?> { ["worst_budget_error"] = worst }, PromisesHeld: worst <= 0.02);
    }

    private static Dictionary<string, object?> Row(string system, SpanTree[] trees, Dictionary<string, double> limits, int seed)
    {
        string[] types = [.. trees.Select(tree => string.Intern(tree.Type.ToString()))];
        bool[] slow = [.. trees.Select((tree, i) => limits.TryGetValue(types[i], out double limit) && tree.Duration.TotalMilliseconds > limit)];
        int windows = trees.Length / PerWindow;
        double kept = 0, errorsKept = 0, errors = 0, slowKept = 0, slowAll = 0, totalError = 0, worst = 0;
        int missing = 0;
        for (int round = 0; round < Seeds; round++)
        {
            var random = new Random(seed + round);
            for (int window = 0; window < windows; window++)
            {
                SampledWindow<int>? sampled = null;
                var sampler = new AdaptiveSampler<int>(result => sampled = result, new AdaptiveSamplerOptions { Budget = Budget });
                int first = window * PerWindow;
                for (int i = first; i < first + PerWindow; i++)
                {
                    sampler.Offer(i, new TraceSummary(types[i], random.NextInt64(ConsistentThreshold.Range), trees[i].HasError, slow[i]), 0);
                }

                sampler.Flush();
                kept += sampled!.Kept.Count;
                worst = Math.Max(worst, Math.Abs(sampled.Kept.Count - Budget) / (double)Budget);
                errors += Enumerable.Range(first, PerWindow).Count(i => trees[i].HasError);
                errorsKept += sampled.Kept.Count(one => one.Summary.HasError);
                slowAll += Enumerable.Range(first, PerWindow).Count(i => slow[i]);
                slowKept += sampled.Kept.Count(one => one.Summary.IsSlow);
                missing += sampled.Strata - sampled.Kept.Select(one => (one.Summary.Type, one.Summary.HasError, one.Summary.IsSlow)).Distinct().Count();
                totalError += Math.Abs(sampled.Kept.Sum(one => one.Weight) - PerWindow) / PerWindow;
            }
        }

        double all = (double)Seeds * windows * PerWindow;
        return new()
        {
            ["file"] = system,
            ["budget"] = (double)Budget / PerWindow,
            ["kept"] = kept / all,
            ["errors_kept"] = errors > 0 ? errorsKept / errors : null,
            ["slow_kept"] = slowAll > 0 ? slowKept / slowAll : null,
            ["count_error_per_window"] = totalError / (Seeds * windows),
            ["strata_missing"] = missing,
            ["worst_window_error"] = worst,
        };
    }

    private static double P99(double[] durations)
    {
        Array.Sort(durations);
        return durations[(int)(0.99 * (durations.Length - 1))];
    }

    private static string SystemOf(string file) => (file.StartsWith("normal-", StringComparison.Ordinal) ? file[7..] : file).Split('-')[0];

    private static bool IsNormal(string file) => Path.GetFileName(file).StartsWith("normal-", StringComparison.Ordinal);
}
