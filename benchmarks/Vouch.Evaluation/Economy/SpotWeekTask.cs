using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Vouch.Economy.Formats;
using Vouch.Economy.Online;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;

namespace Vouch.Evaluation.Economy;

/// <summary>A week of work on spot machines that come and go as recorded, some reliable ones beside them, checkpoints at several rhythms.</summary>
internal static class SpotWeekTask
{
    private const int SlotMinutes = 5;

    private const int Slots = 7 * 24 * 60 / SlotMinutes;

    public static EvaluationTask Task { get; } = new(
        "economy",
        "week",
        "A week in slots of 5 minutes on spot machines that come and go as in spot/spot_traces.zip (every zone stands for --machines units, 12), beside --floor reliable units (20); --weeks N weeks of the "
            + "trace (3), prices of prices/*_with_forecast.csv, --jobs N (600) of random length up to 12 h, two thirds preemptible. Checkpoints take --checkpoint-minutes (1), a restart --restart-minutes (5). "
            + "Rows: week, rhythm, cost, run_cost, lost_cost, penalty_cost, useful, lost, overhead (unit-hours), promised, promises_broken, missed, stops. "
            + "rhythm is none, hourly, each-slot, young-daly;. Held where no promise was broken.",
        true,
        Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        string archive = run.Require("spot/spot_traces.zip");
        string folder = run.Require("prices");
        int weeks = Whole(run, "weeks", 3);
        List<int[]> zones = Zones(archive);
        int most = Math.Max(1, zones.Min(static zone => zone.Length) / Slots);
        string[] markets = [.. Directory.EnumerateFiles(folder, "*_with_forecast.csv").Order(StringComparer.Ordinal)];
        if (zones.Count == 0 || markets.Length == 0)
        {
            throw new MissingDataException("There are no availability traces of single nodes, or no prices with forecasts.");
        }

        var rows = new List<IReadOnlyDictionary<string, object?>>();
        for (int week = 0; week < weeks; week++)
        {
            (double[] price, double[] forecast) = Prices(markets[week % markets.Length], week);
            int[] spot = [.. Enumerable.Range((week % most) * Slots, Slots).Select(slot => zones.Sum(zone => slot < zone.Length ? zone[slot] : 0))];
            var setting = new Setting(run, spot, price, forecast, zones.Count, run.Seed + week);
            foreach ((string rhythm, TimeSpan? every) in Rhythms())
            {
                run.Progress.Report($"week {week}, {rhythm}");
                rows.Add(Row(week, rhythm, every, setting));
            }
        }

        var summary = new Dictionary<string, object?>();
        foreach (IGrouping<object?, IReadOnlyDictionary<string, object?>> rhythm in rows.GroupBy(static row => row["rhythm"]))
        {
            summary[$"{rhythm.Key}_cost"] = rhythm.Average(static row => (double)row["cost"]!);
            summary[$"{rhythm.Key}_lost"] = rhythm.Average(static row => (double)row["lost"]!);
            summary[$"{rhythm.Key}_overhead"] = rhythm.Average(static row => (double)row["overhead"]!);
        }

        int broken = rows.Sum(static row => (int)row["promises_broken"]!);
        summary["promises"] = rows.Sum(static row => (int)row["promised"]!);
        summary["promises_broken"] = broken;
        return new EvaluationResult(rows, summary, broken == 0);
    }

    private static IEnumerable<(string Rhythm, TimeSpan? Every)> Rhythms() =>
        [("none", TimeSpan.FromDays(3_000)), ("hourly", TimeSpan.FromHours(1)), ("each-slot", TimeSpan.FromMinutes(SlotMinutes)), ("young-daly", null)];

    private static Dictionary<string, object?> Row(int week, string rhythm, TimeSpan? every, Setting setting)
    {
        var options = new OnlineSchedulerOptions { CheckpointCost = setting.Checkpoint, RestartCost = setting.Restart, CheckpointEvery = every };
        var scheduler = new OnlineScheduler(new PriceCurve(Setting.Start, TimeSpan.FromMinutes(SlotMinutes), setting.Forecast), [new OnlinePool("machines", setting.Expected, setting.Floor)], options);
        ILookup<int, Job> arrivals = setting.Jobs.ToLookup(static job => job.Release);
        int stops = 0;
        int day = Slots / 7;
        for (int slot = 0; slot < Slots; slot++)
        {
            int next = ((slot / day) + 1) * day;
            if (slot % day == day * 13 / 24 && next < Slots)
            {
                scheduler.UpdatePrices(next, setting.Price[next..Math.Min(Slots, next + day)]);
            }

            foreach (Job job in arrivals[slot])
            {
                scheduler.Submit(job);
            }

            stops += scheduler.BeginSlot(setting.Capacity[slot]).Decisions.Count(static decision => decision.Kind is DecisionKind.Paused or DecisionKind.Aborted);
            scheduler.Improve(1_000);
        }

        scheduler.Complete();
        double run = 0;
        double lost = 0;
        double penalty = 0;
        double useful = 0;
        double wasted = 0;
        double overhead = 0;
        IReadOnlyList<OnlineJobStatus> jobs = scheduler.Jobs();
        foreach (OnlineJobStatus job in jobs)
        {
            bool done = job.State == OnlineJobState.Finished;
            double kept = job.Kept.Sum(static piece => piece.Length) * job.Job.Demands[0];
            double gone = job.Lost.Sum(static piece => piece.Length) * job.Job.Demands[0];
            run += done ? job.Kept.Sum(piece => Cost(setting, job.Job, piece)) : 0;
            lost += job.Lost.Sum(piece => Cost(setting, job.Job, piece)) + (done ? 0 : job.Kept.Sum(piece => Cost(setting, job.Job, piece)));
            penalty += done ? 0 : job.Job.Penalty ?? 0;
            useful += done ? job.Job.DurationSlots * job.Job.Demands[0] : 0;
            wasted += gone + (done ? 0 : kept);
            overhead += done ? kept - (job.Job.DurationSlots * job.Job.Demands[0]) : 0;
        }

        const double Hour = SlotMinutes / 60.0;
        return new Dictionary<string, object?>
        {
            ["week"] = week,
            ["rhythm"] = rhythm,
            ["cost"] = run + lost + penalty,
            ["run_cost"] = run,
            ["lost_cost"] = lost,
            ["penalty_cost"] = penalty,
            ["useful"] = useful * Hour,
            ["lost"] = wasted * Hour,
            ["overhead"] = overhead * Hour,
            ["promised"] = jobs.Count(static job => job.WasGuaranteed),
            ["promises_broken"] = jobs.Count(static job => job.WasGuaranteed && job.State != OnlineJobState.Finished),
            ["missed"] = jobs.Count(static job => job.State != OnlineJobState.Finished),
            ["stops"] = stops,
        };
    }

    private static double Cost(Setting setting, Job job, Segment piece) => job.Rate * setting.Price.AsSpan(piece.Start, piece.Length).ToArray().Sum(static price => Math.Max(0, price));

    /// <summary>The availability of each zone, slot by slot: there is a machine where every tick of the slot saw one.</summary>
    private static List<int[]> Zones(string archive)
    {
        var zones = new List<int[]>();
        using ZipArchive zip = ZipFile.OpenRead(archive);
        foreach (ZipArchiveEntry entry in zip.Entries.Where(static entry => entry.FullName.Contains("availability_1-node_aws-02-15-2023", StringComparison.Ordinal)).OrderBy(static entry => entry.FullName, StringComparer.Ordinal))
        {
            using Stream stream = entry.Open();
            using var document = JsonDocument.Parse(stream);
            double gap = document.RootElement.GetProperty("gap_seconds").GetDouble();
            int[] ticks = [.. document.RootElement.GetProperty("data").EnumerateArray().Select(static tick => tick.GetInt32())];
            int slots = (int)(ticks.Length * gap / (60 * SlotMinutes));
            zones.Add([.. Enumerable.Range(0, slots).Select(slot => Enumerable.Range((int)(slot * 60 * SlotMinutes / gap), 1 + (int)(60 * SlotMinutes / gap)).All(tick => tick >= ticks.Length || ticks[tick] > 0) ? 1 : 0)]);
        }

        return zones;
    }

    private static (double[] Price, double[] Forecast) Prices(string file, int week)
    {
        string[][] lines = [.. File.ReadLines(file).Skip(1).Select(static line => line.Split(','))];
        int first = week * 24 * 49 % Math.Max(1, lines.Length - 168);
        double[] Of(int column) => [.. Enumerable.Range(0, Slots).Select(slot => 100 * double.Parse(lines[first + (slot * SlotMinutes / 60)][column], CultureInfo.InvariantCulture))];
        return (Of(1), Of(2));
    }

    private static int Whole(EvaluationRun run, string name, int otherwise) =>
        int.TryParse(run.Option(name, otherwise.ToString(CultureInfo.InvariantCulture)), NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0
            ? value
            : throw new MissingDataException($"--{name} takes a whole number above 0.");

    private sealed class Setting
    {
        public static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

        public Setting(EvaluationRun run, int[] spot, double[] price, double[] forecast, int zones, int seed)
        {
            int machines = Whole(run, "machines", 12);
            Floor = Whole(run, "floor", 20);
            Checkpoint = TimeSpan.FromMinutes(Whole(run, "checkpoint-minutes", 1));
            Restart = TimeSpan.FromMinutes(Whole(run, "restart-minutes", 5));
            Expected = Floor + (machines * zones);
            Capacity = [.. spot.Select(up => Floor + (double)(machines * up))];
            Price = price;
            Forecast = [.. forecast];
            int day = Slots / 7;
            price.AsSpan(0, day).CopyTo(Forecast);
            var random = new Random(seed);
            double dearest = Math.Max(1, price.Max());
            Jobs = [.. Enumerable.Range(0, Whole(run, "jobs", 600)).Select(i =>
            {
                int duration = 1 + (int)(144 * Math.Pow(random.NextDouble(), 3));
                int release = random.Next(Slots * 7 / 10);
                double demand = 1 + random.Next(8);
                int weight = 1 << random.Next(4);
                int slack = weight switch { 8 => 4, 4 => 24, 2 => 72, _ => 168 } * 60 / SlotMinutes;
                return new Job(
                    i.ToString(CultureInfo.InvariantCulture),
                    duration,
                    demand,
                    release,
                    Math.Min(Slots, release + duration + slack),
                    rate: demand,
                    penalty: weight * demand * duration * dearest,
                    preemption: i % 3 != 0 && duration > 1 ? new Preemption(1_000, 1, 0) : null);
            }).OrderBy(static job => job.Release)];
        }

        public double Floor { get; }

        public double Expected { get; }

        public TimeSpan Checkpoint { get; }

        public TimeSpan Restart { get; }

        public double[] Capacity { get; }

        public double[] Price { get; }

        public double[] Forecast { get; }

        public IReadOnlyList<Job> Jobs { get; }
    }
}
