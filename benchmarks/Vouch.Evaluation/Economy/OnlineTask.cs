using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Vouch.Core.Exceptions;
using Vouch.Economy.Formats;
using Vouch.Economy.Online;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;

namespace Vouch.Evaluation.Economy;

/// <summary>Runs instances with a price forecast and a capacity profile online: jobs are known from their release, capacity slot by slot, prices a day ahead.</summary>
internal static class OnlineTask
{
    public static EvaluationTask Task { get; } = new(
        "economy",
        "online",
        "Instances below --data that have a price_forecast and a capacity_profile, run online: a job is known from its release, capacity slot by slot, the prices of a day from 13:00 of the day before. "
            + "--out DIR schedules for the checker. Rows: instance, cost, run_cost, aborted_cost, penalty_cost, rejected, aborted_jobs, run_now, clairvoyant, saving_captured, "
            + "p50_ms, p99_ms, max_ms per event. saving_captured = (run_now - cost) / (run_now - clairvoyant); both from online_reference.csv, else run_now is simulated and clairvoyant is the "
            + "proven bound that the offline scheduler finds.",
        true,
        Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        string folder = run.Require(".");
        string inner = Path.Combine(folder, "instances");
        string place = Directory.Exists(inner) ? inner : folder;
        string? output = run.Options.GetValueOrDefault("out");
        if (output is not null)
        {
            Directory.CreateDirectory(output);
        }

        Dictionary<string, double> references = References(folder);
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        foreach (string file in Directory.EnumerateFiles(place).Where(IsInstance).Order(StringComparer.Ordinal))
        {
            SchedulingInstance instance = Read(file);
            if (instance.PriceForecast is not null && instance.Problem.Pools.Any(static pool => pool.ProfileLength is not null))
            {
                run.Progress.Report(instance.Name);
                rows.Add(Row(instance, references, output));
            }
        }

        if (rows.Count == 0)
        {
            throw new MissingDataException($"'{place}' holds no instance with a price_forecast and a capacity_profile.");
        }

        return new EvaluationResult(
            rows,
            new Dictionary<string, object?>
            {
                ["mean_saving_captured"] = rows.Average(static row => (double)row["saving_captured"]!),
                ["worst_p99_ms"] = rows.Max(static row => (double)row["p99_ms"]!),
            },
            rows.All(static row => row["feasible"] is true));
    }

    private static bool IsInstance(string file) => file.EndsWith(".json", StringComparison.Ordinal) || file.EndsWith(".json.gz", StringComparison.Ordinal);

    private static SchedulingInstance Read(string file)
    {
        try
        {
            return SchedulingInstanceReader.ReadFile(file);
        }
        catch (InputValidationException error)
        {
            throw new MissingDataException(error.Message);
        }
    }

    private static Dictionary<string, object?> Row(SchedulingInstance instance, Dictionary<string, double> references, string? output)
    {
        SchedulingProblem problem = instance.Problem;
        var events = new List<double>();
        OnlineScheduler scheduler = Simulate(instance, events);
        IReadOnlyList<OnlineJobStatus> jobs = scheduler.Jobs();
        double ran = 0;
        double lost = 0;
        double penalty = 0;
        foreach (OnlineJobStatus job in jobs)
        {
            lost += job.Lost.Sum(piece => LostCost(problem.Prices, job.Job, piece));
            if (job.State == OnlineJobState.Finished)
            {
                ran += job.Kept.Sum(piece => job.Job.Rate * problem.Prices.WindowCost(piece.Start, piece.Length));
            }
            else
            {
                lost += job.Kept.Sum(piece => LostCost(problem.Prices, job.Job, piece));
                penalty += job.Job.Penalty ?? 0;
            }
        }

        double cost = ran + lost + penalty;
        double runNow = references.TryGetValue(instance.Name + ",run_now", out double known) ? known : RunNowOnline.Cost(problem);
        double clairvoyant = references.TryGetValue(instance.Name + ",clairvoyant_best_known", out double best)
            ? best
            : new PriceAwareListScheduler(new SchedulerOptions { TimeBudget = TimeSpan.FromSeconds(5) }).Solve(problem).Bound.Value;
        if (output is not null)
        {
            Write(Path.Combine(output, instance.Name + ".schedule.json"), jobs);
        }

        var placed = jobs.Where(static job => job.State == OnlineJobState.Finished).ToDictionary(static job => job.Job.Id, static job => job.Kept);
        events.Sort();
        return new Dictionary<string, object?>
        {
            ["instance"] = instance.Name,
            ["cost"] = cost,
            ["run_cost"] = ran,
            ["aborted_cost"] = lost,
            ["penalty_cost"] = penalty,
            ["rejected"] = jobs.Count(static job => job.State == OnlineJobState.Rejected),
            ["aborted_jobs"] = jobs.Count(static job => job.Lost.Count > 0),
            ["run_now"] = runNow,
            ["clairvoyant"] = clairvoyant,
            ["saving_captured"] = (runNow - cost) / (runNow - clairvoyant),
            ["p50_ms"] = events[events.Count / 2],
            ["p99_ms"] = events[(int)(0.99 * (events.Count - 1))],
            ["max_ms"] = events[^1],
            ["feasible"] = problem.FindViolations(placed).Count == 0,
        };
    }

    private static double LostCost(PriceCurve prices, Job job, Segment piece)
    {
        double cost = 0;
        for (int slot = piece.Start; slot < piece.End; slot++)
        {
            cost += job.Rate * Math.Max(0, prices[slot]);
        }

        return cost;
    }

    private static OnlineScheduler Simulate(SchedulingInstance instance, List<double> events)
    {
        SchedulingProblem problem = instance.Problem;
        int day = (int)Math.Round(TimeSpan.FromDays(1) / problem.Prices.SlotLength);
        int published = day * 13 / 24;
        double[] known = [.. instance.PriceForecast!];
        for (int slot = 0; slot < Math.Min(day, known.Length); slot++)
        {
            known[slot] = problem.Prices[slot];
        }

        var curve = new PriceCurve(problem.Prices.Start, problem.Prices.SlotLength, known);
        OnlinePool[] pools = [.. problem.Pools.Select(static pool => new OnlinePool(pool.Name, pool.Capacity))];
        var scheduler = new OnlineScheduler(curve, pools);
        ILookup<int, Job> arrivals = problem.Jobs.ToLookup(static job => job.Release);
        void Timed(Action act)
        {
            long started = Stopwatch.GetTimestamp();
            act();
            events.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        for (int slot = 0; slot < problem.SlotCount; slot++)
        {
            int next = (slot / day) + 1;
            if (slot % day == published && next * day < problem.SlotCount)
            {
                double[] prices = problem.Prices.Prices[(next * day)..Math.Min((next + 1) * day, problem.SlotCount)].ToArray();
                Timed(() => scheduler.UpdatePrices(next * day, prices));
            }

            foreach (Job job in arrivals[slot])
            {
                Timed(() => scheduler.Submit(job));
            }

            double[] capacities = [.. problem.Pools.Select(pool => pool.CapacityAt(slot))];
            Timed(() => scheduler.BeginSlot(capacities));
            scheduler.Improve(problem.Jobs.Count);
        }

        scheduler.Complete();
        return scheduler;
    }

    private static Dictionary<string, double> References(string folder)
    {
        var found = new Dictionary<string, double>(StringComparer.Ordinal);
        string file = Path.Combine(folder, "online_reference.csv");
        if (File.Exists(file))
        {
            foreach (string[] cells in File.ReadLines(file).Skip(1).Select(static line => line.Split(',')).Where(static cells => cells.Length > 2))
            {
                if (double.TryParse(cells[2], CultureInfo.InvariantCulture, out double cost))
                {
                    found[cells[0] + "," + cells[1]] = cost;
                }
            }
        }

        return found;
    }

    private static void Write(string path, IReadOnlyList<OnlineJobStatus> jobs)
    {
        static int[][] Pieces(IEnumerable<Segment> segments) => [.. segments.Select(static piece => new[] { piece.Start, piece.Length })];
        var document = new
        {
            segments = jobs.Where(static job => job.State == OnlineJobState.Finished).ToDictionary(static job => job.Job.Id, static job => Pieces(job.Kept)),
            rejected = jobs.Where(static job => job.State != OnlineJobState.Finished).Select(static job => long.Parse(job.Job.Id, CultureInfo.InvariantCulture)),
            aborted = jobs.Where(static job => job.Lost.Count > 0 || job.State != OnlineJobState.Finished)
                .ToDictionary(static job => job.Job.Id, static job => Pieces(job.State == OnlineJobState.Finished ? job.Lost : job.Lost.Concat(job.Kept)))
                .Where(static pair => pair.Value.Length > 0).ToDictionary(),
        };
        File.WriteAllText(path, JsonSerializer.Serialize(document));
    }
}
