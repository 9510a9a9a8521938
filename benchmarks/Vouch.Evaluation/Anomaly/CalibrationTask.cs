using Vouch.AnomalyDetection.Streaming;

namespace Vouch.Evaluation.Anomaly;

/// <summary>
/// How often p-values fall to a nominal level, and how many alarms a week come at a nominal budget, on streams in which nothing happens:
/// normal, heavy-tailed, skewed, discrete, drifting, a random walk, and (with data) shuffled residuals of real series.
/// </summary>
internal static class CalibrationTask
{
    private static readonly double[] Levels = [1e-2, 1e-3, 1e-4];

    public static EvaluationTask Task { get; } = new(
        "anomaly", "calibration", "Alarm rates against nominal ones; --points N per source (default 10,000,000 in streams of --length 1,000,000); --data NAB corpus adds shuffled residuals.", false, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        int points = int.Parse(run.Option("points", "10000000"), System.Globalization.CultureInfo.InvariantCulture);
        int length = int.Parse(run.Option("length", "1000000"), System.Globalization.CultureInfo.InvariantCulture);
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        var ratios = new List<double>[Levels.Length];
        for (int i = 0; i < ratios.Length; i++)
        {
            ratios[i] = [];
        }

        foreach ((string name, Func<Random, Func<double>> source) in NullStreams.All(run))
        {
            run.Progress.Report(name);
            var counts = new long[Levels.Length];
            long observed = 0;
            long alarms = 0;
            for (int stream = 0; observed < points; stream++)
            {
                Func<double> next = source(new Random(NullStreams.Seed(run.Seed, name, stream)));
                var detector = new StreamingDetector();
                var time = new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
                for (int i = 0; i < length; i++, observed++)
                {
                    Observation observation = detector.Observe(time, next());
                    time = time.AddMinutes(5);
                    alarms += observation.IsAlarm ? 1 : 0;
                    for (int level = 0; level < Levels.Length; level++)
                    {
                        counts[level] += observation.PValue <= Levels[level] ? 1 : 0;
                    }
                }
            }

            var row = new Dictionary<string, object?> { ["source"] = name, ["points"] = observed };
            for (int level = 0; level < Levels.Length; level++)
            {
                double ratio = counts[level] / (Levels[level] * observed);
                row[FormattableString.Invariant($"ratio_{Levels[level]:0e0}")] = ratio;
                ratios[level].Add(ratio);
            }

            row["alarms_per_week"] = alarms / (observed / 2_016.0);
            row["budget"] = new DetectorOptions().FalseAlarmBudget;
            rows.Add(row);
        }

        var summary = new Dictionary<string, object?>();
        for (int level = 0; level < Levels.Length; level++)
        {
            summary[FormattableString.Invariant($"worst_low_{Levels[level]:0e0}")] = ratios[level].Min();
            summary[FormattableString.Invariant($"worst_high_{Levels[level]:0e0}")] = ratios[level].Max();
        }

        double[] weekly = [.. rows.Select(row => (double)row["alarms_per_week"]!)];
        summary["least_alarms_per_week"] = weekly.Min();
        summary["most_alarms_per_week"] = weekly.Max();
        return new EvaluationResult(rows, summary, ratios[..2].All(level => level.Min() >= 0.5 && level.Max() <= 2));
    }
}
