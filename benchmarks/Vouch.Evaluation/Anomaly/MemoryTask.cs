using System.Diagnostics;
using System.Globalization;
using Vouch.AnomalyDetection.Series;
using Vouch.AnomalyDetection.Streaming;

namespace Vouch.Evaluation.Anomaly;

/// <summary>What a registry of many series really takes, by the memory that is reachable: names, lookup and all.</summary>
internal static class MemoryTask
{
    public static EvaluationTask Task { get; } = new(
        "anomaly", "memory", "Bytes per series of a registry; --series N (default 1,000,000).", false, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        int series = int.Parse(run.Option("series", "1000000"), CultureInfo.InvariantCulture);
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        foreach (SeasonMode season in new[] { SeasonMode.None, SeasonMode.Day, SeasonMode.Auto, SeasonMode.Week })
        {
            run.Progress.Report(season.ToString());
            rows.Add(Fill(season, series));
        }

        Dictionary<string, object?> summary = new()
        {
            ["series"] = series,
            ["bytes_without_season"] = rows[0]["bytes_per_series"],
            ["state_bytes_without_season"] = rows[0]["state_bytes_per_series"],
            ["bytes_with_day"] = rows[1]["bytes_per_series"],
            ["megabytes_with_day"] = rows[1]["megabytes"],
            ["bytes_by_default"] = rows[2]["bytes_per_series"],
            ["megabytes_by_default"] = rows[2]["megabytes"],
        };
        return new EvaluationResult(rows, summary, (double)rows[2]["bytes_per_series"]! <= 1_024 && (double)rows[2]["megabytes"]! < 512 * (series / 1e6));
    }

    private static Dictionary<string, object?> Fill(SeasonMode season, int series)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var registry = new SeriesRegistry(new DetectorOptions { Season = season });
        var time = new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
        for (int i = 0; i < series; i++)
        {
            registry.Observe($"node-{i / 20:00000}/metric-{i % 20:00}", time, i);
        }

        long names = 0;
        for (int i = 0; i < series; i++)
        {
            // A string of n letters: header, type, length, letters and a closing zero, in steps of eight bytes.
            names += (22 + (2L * $"node-{i / 20:00000}/metric-{i % 20:00}".Length) + 7) / 8 * 8;
        }

        long after = GC.GetTotalMemory(forceFullCollection: true);
        long started = Stopwatch.GetTimestamp();
        int[] numbers = [.. Enumerable.Range(0, series)];
        double[] values = new double[series];
        var results = new Observation[series];
        registry.ObserveBatch(numbers, time.AddMinutes(5), values, results);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double bytes = (double)(after - before) / series;
        long state = registry.GetHealth().StateBytes;
        GC.KeepAlive(registry);
        return new()
        {
            ["season"] = season.ToString(),
            ["bytes_per_series"] = bytes,
            ["state_bytes_per_series"] = (double)state / series,
            ["name_bytes_per_series"] = (double)names / series,
            ["megabytes"] = (after - before) / (1024.0 * 1024),
            ["tick_ns_per_series"] = seconds * 1e9 / series,
        };
    }
}
