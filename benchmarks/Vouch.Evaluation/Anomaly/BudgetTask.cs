using System.Globalization;
using Vouch.AnomalyDetection.Series;
using Vouch.AnomalyDetection.Streaming;

namespace Vouch.Evaluation.Anomaly;

/// <summary>How many alarms a week come at budgets of 0.1, 1, 5 and 50 a week where nothing happens, per series and of a fleet: old series, and young ones in their first four weeks apart.</summary>
internal static class BudgetTask
{
    private const int Week = 2_016;
    private const int YoungWeeks = 4;
    private static readonly double[] Budgets = [0.1, 1, 5, 50];
    private static readonly double[] FleetBudgets = [1, 10, 100];

    public static EvaluationTask Task { get; } = new(
        "anomaly", "budget", "False alarms a week against the budget; --weeks N per source and budget (default 2,000), --length N weeks a stream (default 250), --fleet N series (default 500); --data NAB corpus adds shuffled residuals.", false, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        int weeks = int.Parse(run.Option("weeks", "2000"), CultureInfo.InvariantCulture);
        int length = int.Parse(run.Option("length", "250"), CultureInfo.InvariantCulture);
        int fleet = int.Parse(run.Option("fleet", "500"), CultureInfo.InvariantCulture);
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        foreach ((string name, Func<Random, Func<double>> source) in NullStreams.All(run))
        {
            run.Progress.Report(name);
            foreach (double budget in Budgets)
            {
                rows.Add(Series(run, name, source, budget, weeks, length));
            }
        }

        run.Progress.Report("fleet");
        foreach (double budget in FleetBudgets)
        {
            rows.Add(Fleet(run, budget, fleet));
        }

        var summary = new Dictionary<string, object?>();
        foreach (double budget in Budgets)
        {
            double[] ratios = [.. rows.Where(row => (string)row["source"]! != "fleet" && (double)row["budget"]! == budget).Select(static row => (double)row["ratio"]!)];
            summary[FormattableString.Invariant($"least_ratio_{budget}")] = ratios.Min();
            summary[FormattableString.Invariant($"most_ratio_{budget}")] = ratios.Max();
        }

        summary["most_ratio_fleet"] = rows.Where(static row => (string)row["source"]! == "fleet").Max(static row => (double)row["ratio"]!);
        return new EvaluationResult(rows, summary, rows.All(static row => (double)row["ratio"]! <= 2));
    }

    private static Dictionary<string, object?> Series(EvaluationRun run, string name, Func<Random, Func<double>> source, double budget, int weeks, int length)
    {
        int young = 0;
        int old = 0;
        int streams = Math.Max(1, weeks / length);
        for (int stream = 0; stream < streams; stream++)
        {
            Func<double> next = source(new Random(NullStreams.Seed(run.Seed, name, stream)));
            var detector = new StreamingDetector(new DetectorOptions { FalseAlarmBudget = budget });
            var time = new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
            for (int i = 0; i < Week * length; i++, time = time.AddMinutes(5))
            {
                if (detector.Observe(time, next()).IsAlarm)
                {
                    young += i < Week * YoungWeeks ? 1 : 0;
                    old += i >= Week * YoungWeeks ? 1 : 0;
                }
            }
        }

        double perWeek = (double)old / (streams * Math.Max(1, length - YoungWeeks));
        return new()
        {
            ["source"] = name,
            ["budget"] = budget,
            ["alarms_per_week"] = perWeek,
            ["ratio"] = perWeek / budget,
            ["young_alarms_per_week"] = (double)young / (streams * YoungWeeks),
        };
    }

    /// <summary>Series that differ in kind share one budget.</summary>
    private static Dictionary<string, object?> Fleet(EvaluationRun run, double budget, int series)
    {
        const int Weeks = 24;
        var registry = new SeriesRegistry(new DetectorOptions { FleetFalseAlarmBudget = budget });
        (string Name, Func<Random, Func<double>> Source)[] kinds = [.. NullStreams.All(run)];
        Func<double>[] next = [.. Enumerable.Range(0, series).Select(i => kinds[i % kinds.Length].Source(new Random(NullStreams.Seed(run.Seed, "fleet", i))))];
        int[] numbers = [.. Enumerable.Range(0, series).Select(i => registry.GetOrAdd($"series {i}"))];
        double[] values = new double[series];
        var results = new Observation[series];
        var time = new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
        int young = 0;
        int old = 0;
        for (int i = 0; i < Week * Weeks; i++, time = time.AddMinutes(5))
        {
            for (int k = 0; k < series; k++)
            {
                values[k] = next[k]();
            }

            registry.ObserveBatch(numbers, time, values, results);
            int alarms = results.Count(static result => result.IsAlarm);
            young += i < Week * YoungWeeks ? alarms : 0;
            old += i >= Week * YoungWeeks ? alarms : 0;
        }

        double perWeek = (double)old / (Weeks - YoungWeeks);
        return new()
        {
            ["source"] = "fleet",
            ["budget"] = budget,
            ["alarms_per_week"] = perWeek,
            ["ratio"] = perWeek / budget,
            ["young_alarms_per_week"] = (double)young / YoungWeeks,
        };
    }
}
