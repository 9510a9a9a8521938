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

        foreach ((string name, Func<Random, Func<double>> source) in Sources(run))
        {
            run.Progress.Report(name);
            var counts = new long[Levels.Length];
            long observed = 0;
            long alarms = 0;
            for (int stream = 0; observed < points; stream++)
            {
                Func<double> next = source(new Random(HashCode(run.Seed, name, stream)));
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

    private static IEnumerable<(string Name, Func<Random, Func<double>> Source)> Sources(EvaluationRun run)
    {
        yield return ("normal", random => () => Normal(random));
        yield return ("t3", random => () => StudentT3(random));
        yield return ("gamma", random => () => -Math.Log((1 - random.NextDouble()) * (1 - random.NextDouble())));
        yield return ("poisson", random => () => Poisson(random, 5));
        yield return ("rare_poisson", random => () => Poisson(random, 0.1));
        yield return ("drifting", random => Drifting(random, 1e-4));
        yield return ("random_walk", random => Walk(random));
        if (run.DataFolder is null)
        {
            yield break;
        }

        // What is left of a real series after its hour of the day is taken out, in random order: nothing can be an event.
        double[] pool = [.. NabSeries.ReadAll(run.Require("data"), run.Require(Path.Combine("labels", "combined_windows.json")))
            .Where(series => series.File.StartsWith("real", StringComparison.Ordinal)).SelectMany(Residuals)];
        if (pool.Length > 0)
        {
            yield return ("real_residuals", random => () => pool[random.Next(pool.Length)]);
        }
    }

    private static IEnumerable<double> Residuals(NabSeries series)
    {
        double[] means = new double[24];
        int[] counts = new int[24];
        for (int i = 0; i < series.Values.Length; i++)
        {
            means[series.Times[i].Hour] += series.Values[i];
            counts[series.Times[i].Hour]++;
        }

        double[] residuals = [.. series.Values.Select((value, i) => value - (means[series.Times[i].Hour] / counts[series.Times[i].Hour]))];
        double size = residuals.Select(Math.Abs).Order().ElementAt(residuals.Length / 2);
        return size > 0 ? residuals.Select(residual => residual / size) : [];
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double StudentT3(Random random)
    {
        double a = Normal(random);
        double b = Normal(random);
        double c = Normal(random);
        return Normal(random) / Math.Sqrt(((a * a) + (b * b) + (c * c)) / 3);
    }

    private static double Poisson(Random random, double mean)
    {
        double limit = Math.Exp(-mean);
        double product = random.NextDouble();
        int count = 0;
        while (product > limit)
        {
            product *= random.NextDouble();
            count++;
        }

        return count;
    }

    private static Func<double> Drifting(Random random, double step)
    {
        double level = 0;
        return () => (level += step) + Normal(random);
    }

    private static Func<double> Walk(Random random)
    {
        double level = 0;
        return () => level += Normal(random);
    }

    // Stable over runs, unlike string.GetHashCode.
    private static int HashCode(int seed, string name, int stream)
    {
        uint hash = 2_166_136_261;
        foreach (char letter in name)
        {
            hash = (hash ^ letter) * 16_777_619;
        }

        return (int)((hash ^ (uint)seed) * 16_777_619) + stream;
    }
}
