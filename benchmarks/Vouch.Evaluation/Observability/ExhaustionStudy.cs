using Vouch.Observability.Slo;

namespace Vouch.Evaluation.Observability;

/// <summary>Synthetic ways to spend an error budget: when half is spent, how well is the time until the rest is spent foretold?</summary>
internal static class ExhaustionStudy
{
    private const int Minutes = 30 * 24 * 60;
    private const double Budget = 0.001;

    // Each gives the requests per minute and the share of errors of a minute.
    private static readonly (string Name, Func<Random, Func<int, (double Requests, double Share)>> Make)[] Processes =
    [
        ("constant", random =>
        {
            double burn = Pick(random, 2.5, 5, 14, 60);
            return _ => (1000, burn * Budget);
        }),
        ("diurnal", random =>
        {
            double burn = Pick(random, 2.5, 5, 10, 30), phase = random.NextDouble() * Math.Tau;
            return minute => (600 * (1 + (0.6 * Math.Sin((minute * Math.Tau / 1440) + phase))), burn * Budget);
        }),
        ("wandering", random =>
        {
            double burn = Pick(random, 3, 6, 12), memory = Pick(random, 30, 120, 360), level = 0;
            return _ =>
            {
                double keep = Math.Exp(-1 / memory);
                level = (keep * level) + (0.5 * Math.Sqrt(1 - (keep * keep)) * Normal(random));
                return (1000, burn * Budget * Math.Exp(level - 0.125));
            };
        }),
        ("flapping", random =>
        {
            double burn = Pick(random, 10, 20, 40);
            int on = random.Next(10, 30), every = random.Next(40, 90);
            return minute => (1000, minute % every < on ? burn * Budget : 0.3 * Budget);
        }),
        ("late", random =>
        {
            double burn = Pick(random, 5, 14, 40);
            int begin = random.Next(200, 4000);
            return minute => (1000, minute < begin ? 0.3 * Budget : burn * Budget);
        }),
        ("ramp", random =>
        {
            double burn = Pick(random, 3, 8, 20);
            return minute => (1000, burn * Budget * (0.5 + (minute / (double)(Minutes / burn))));
        }),
        ("sparse", random =>
        {
            double burn = Pick(random, 3, 6, 12);
            return _ => (10, burn * Budget);
        }),
        ("incidents", random =>
        {
            int until = 0;
            double burn = Pick(random, 40, 80), rate = Pick(random, 1 / 240.0, 1 / 120.0);
            return minute =>
            {
                if (minute >= until && random.NextDouble() < rate)
                {
                    until = minute + 5 + random.Next(30);
                }

                return (1000, minute < until ? burn * Budget : 0.5 * Budget);
            };
        }),
    ];

    public static (double Error, double Reference, double Coverage, int Count, List<Dictionary<string, object?>> Rows) Run(int seed, int seeds)
    {
        var rows = new List<Dictionary<string, object?>>();
        List<double> allErrors = [], allReference = [];
        int covered = 0, count = 0;
        foreach ((string name, Func<Random, Func<int, (double Requests, double Share)>> make) in Processes)
        {
            List<double> errors = [], reference = [];
            int inside = 0;
            for (int i = 0; i < seeds; i++)
            {
                // Every seventh prime apart: runs of one seed share nothing with those of another.
                var random = new Random(unchecked((seed * 1_000_003) + (i * 7919) + name.Length));
                if (One(make(random), random) is { } one)
                {
                    errors.Add(one.Error);
                    reference.Add(one.Reference);
                    inside += one.Inside ? 1 : 0;
                }
            }

            if (errors.Count == 0)
            {
                continue;
            }

            rows.Add(new() { ["scenario"] = "forecast:" + name, ["median_error"] = Median(errors), ["median_error_burn_1h"] = Median(reference), ["coverage90"] = (double)inside / errors.Count, ["n"] = errors.Count });
            allErrors.AddRange(errors);
            allReference.AddRange(reference);
            covered += inside;
            count += errors.Count;
        }

        return (Median(allErrors), Median(allReference), (double)covered / count, count, rows);
    }

    private static (double Error, double Reference, bool Inside)? One(Func<int, (double Requests, double Share)> process, Random random)
    {
        var replay = new SloReplay(ServiceLevelObjective.Parse("99.9% over 30d"), AlertTables.SreWorkbook);
        long total = 0, bad = 0;
        SloStatus? half = null;
        int halfAt = 0;
        for (int minute = 0; minute < Minutes; minute++)
        {
            (double requests, double share) = process(minute);
            long events = Poisson(random, requests);
            long errors = Math.Min(events, Poisson(random, events * Math.Min(1, share)));
            total += events;
            bad += errors;
            if (half is null)
            {
                replay.Close(events, errors);
            }

            double spent = bad / (Budget * total * Minutes / (minute + 1));
            if (half is null && spent >= 0.5 && minute >= 30)
            {
                half = replay.Status();
                halfAt = minute;
                if (half.Exhaustion.Hours is null)
                {
                    return null;
                }
            }
            else if (half is not null && spent >= 1)
            {
                double actual = (minute - halfAt) / 60.0;
                double naive = half.Budget.RemainingOfPeriod * 720 / half.Alerts[0].LongWindow.BurnRate;
                return (Math.Abs(half.Exhaustion.Hours!.Estimate - actual) / actual, Math.Abs(naive - actual) / actual, half.Exhaustion.Hours.Contains(actual));
            }
        }

        return null;
    }

    private static double Pick(Random random, params double[] values) => values[random.Next(values.Length)];

    private static double Median(List<double> values)
    {
        values.Sort();
        return values.Count == 0 ? double.NaN : values[values.Count / 2];
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());

    private static long Poisson(Random random, double mean)
    {
        if (mean > 30)
        {
            return Math.Max(0, (long)Math.Round(mean + (Math.Sqrt(mean) * Normal(random))));
        }

        double limit = Math.Exp(-mean), product = random.NextDouble();
        long count = 0;
        while (product > limit)
        {
            product *= random.NextDouble();
            count++;
        }

        return count;
    }
}
