using System.Globalization;
using Vouch.Economy.Forecasting;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;

namespace Vouch.Evaluation.Economy;

/// <summary>Forecasts several days of each price file from the eight weeks before them, and plans a day's jobs on the forecast.</summary>
internal static class ForecastTask
{
    private const int History = 24 * 56;

    private static readonly string[] Means = ["coverage", "mae", "naive_mae", "regret_expected", "regret_robust", "regret_run_now"];

    public static EvaluationTask Task { get; } = new(
        "economy",
        "forecast",
        "Hourly prices of prices/*.csv (the column named after a unit per kWh or MWh): --windows N (8) windows of --days D (3) days spread over each file, forecast from the eight weeks before. "
            + "Rows: file, windows, nominal, coverage, worst_window, mae, naive_mae (the same hour of the last day), regret_expected, regret_robust, regret_run_now: the mean cost of 40 jobs at the real "
            + "prices above a plan that knew them, as a share of it, for the plan on the expected prices, the robust plan and no plan.",
        true,
        Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        string folder = run.Require("prices");
        int windows = int.Parse(run.Option("windows", "8"), CultureInfo.InvariantCulture);
        int slots = 24 * int.Parse(run.Option("days", "3"), CultureInfo.InvariantCulture);
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        foreach (string file in Directory.EnumerateFiles(folder, "*.csv").Order(StringComparer.Ordinal))
        {
            double[] prices = Read(file);
            if (prices.Length >= History + slots + windows)
            {
                run.Progress.Report(Path.GetFileName(file));
                rows.Add(Row(Path.GetFileNameWithoutExtension(file), prices, windows, slots, run.Seed));
            }
        }

        if (rows.Count == 0)
        {
            throw new MissingDataException($"'{folder}' holds no file of hourly prices that is long enough.");
        }

        return new EvaluationResult(
            rows,
            Means
                .ToDictionary(static key => "mean_" + key, key => (object?)rows.Average(row => (double)row[key]!)));
    }

    private static Dictionary<string, object?> Row(string name, double[] prices, int windows, int slots, int seed)
    {
        var forecaster = new SeasonalForecaster();
        var coverages = new List<double>();
        double error = 0;
        double naive = 0;
        double[] regret = new double[3];
        double best = 0;
        for (int window = 0; window < windows; window++)
        {
            int origin = History + (int)((long)(prices.Length - History - slots) / 24 * window / Math.Max(1, windows - 1) * 24);
            PriceCurve past = Curve(prices.AsSpan(origin - History, History));
            PriceForecast forecast = forecaster.Forecast(past, slots);
            PriceCurve real = Curve(prices.AsSpan(origin, slots));
            int held = 0;
            for (int slot = 0; slot < slots; slot++)
            {
                held += real[slot] >= forecast.Lower[slot] && real[slot] <= forecast.Upper[slot] ? 1 : 0;
                error += Math.Abs(real[slot] - forecast.Expected[slot]) / slots / windows;
                naive += Math.Abs(real[slot] - prices[origin - 24 + (slot % 24)]) / slots / windows;
            }

            coverages.Add((double)held / slots);
            Job[] jobs = Jobs(slots, seed + window);
            ResourcePool[] pools = [new("workers", 12)];
            var scheduler = new PriceAwareListScheduler(new SchedulerOptions { ImprovementRounds = 2_000, BoundIterations = 100 });
            double known = scheduler.Solve(new SchedulingProblem(real, pools, jobs)).TotalCost;
            best += Math.Abs(known);
            regret[0] += RobustPlanner.CostAt(scheduler.Solve(new SchedulingProblem(forecast.Expected, pools, jobs)), real) - known;
            regret[1] += RobustPlanner.CostAt(new RobustPlanner(scheduler, 8).Plan(forecast, pools, jobs).Schedule, real) - known;
            regret[2] += new RunNowScheduler().Solve(new SchedulingProblem(real, pools, jobs)).TotalCost - known;
        }

        return new Dictionary<string, object?>
        {
            ["file"] = name,
            ["windows"] = windows,
            ["nominal"] = 0.9,
            ["coverage"] = coverages.Average(),
            ["worst_window"] = coverages.Min(),
            ["mae"] = error,
            ["naive_mae"] = naive,
            ["regret_expected"] = regret[0] / best,
            ["regret_robust"] = regret[1] / best,
            ["regret_run_now"] = regret[2] / best,
        };
    }

    private static Job[] Jobs(int slots, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 40).Select(i =>
        {
            int duration = 1 + random.Next(8);
            int release = random.Next(slots / 2);
            double demand = 1 + random.Next(3);
            return new Job($"job-{i:D2}", duration, demand, release, Math.Min(slots, release + duration + 12 + random.Next(slots / 2)), rate: demand, penalty: demand * duration * 10_000);
        })];
    }

    private static PriceCurve Curve(ReadOnlySpan<double> prices) => new(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromHours(1), prices.ToArray());

    private static double[] Read(string file)
    {
        var prices = new List<double>();
        int column = -1;
        foreach (string[] cells in File.ReadLines(file).Select(static line => line.Split(',')))
        {
            if (column < 0)
            {
                column = Array.FindIndex(cells, static name => name.Contains("_per_", StringComparison.Ordinal));
                if (column < 0)
                {
                    return [];
                }
            }
            else if (cells.Length > column && double.TryParse(cells[column], CultureInfo.InvariantCulture, out double price))
            {
                prices.Add(price);
            }
        }

        return [.. prices];
    }
}
