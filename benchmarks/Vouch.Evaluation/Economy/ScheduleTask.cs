using System.Diagnostics;
using System.Globalization;
using Vouch.Core.Exceptions;
using Vouch.Economy.Formats;
using Vouch.Economy.Scheduling;

namespace Vouch.Evaluation.Economy;

/// <summary>Schedules every instance of a folder: cost, proven bound, gap, and what running at once would cost.</summary>
internal static class ScheduleTask
{
    public static EvaluationTask Task { get; } = new(
        "economy", "schedule", "Instances (*.json, *.json.gz) below --data; --budget S seconds per instance, --out DIR for schedules and certificates.", true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        if (!double.TryParse(run.Option("budget", "5"), NumberStyles.Float, CultureInfo.InvariantCulture, out double budget) || !(budget is >= 0.001 and <= 86_400))
        {
            throw new MissingDataException($"--budget takes seconds in [0.001, 86400], not '{run.Option("budget", "5")}'.");
        }

        string? output = run.Options.GetValueOrDefault("out");
        if (output is not null)
        {
            Directory.CreateDirectory(output);
        }

        string[] files = Files(run.Require("."));
        var rows = new List<IReadOnlyDictionary<string, object?>>(files.Length);
        var gaps = new List<double>();
        bool held = true;
        foreach (string file in files)
        {
            run.Progress.Report(Path.GetFileName(file));
            Dictionary<string, object?> row = Solve(file, budget, run.Seed, output);
            rows.Add(row);
            held &= row["feasible"] is true;
            if (row["gap"] is double gap)
            {
                gaps.Add(gap);
            }
        }

        return new EvaluationResult(
            rows,
            new Dictionary<string, object?>
            {
                ["mean_gap"] = gaps.Count > 0 ? gaps.Average() : null,
                ["worst_gap"] = gaps.Count > 0 ? gaps.Max() : null,
                ["proven_optimal"] = rows.Count(static row => row.GetValueOrDefault("optimal") is true),
                ["mean_saving_captured"] = rows.Select(row => row["saving_captured"] as double?).Average(),
                ["instances"] = files.Length,
                ["peak_working_set_mib"] = Process.GetCurrentProcess().PeakWorkingSet64 / (1024.0 * 1024.0),
            },
            held);
    }

    private static string[] Files(string folder)
    {
        // Instances stand in the folder itself or in its "instances" part.
        string inner = Path.Combine(folder, "instances");
        string place = Directory.Exists(inner) ? inner : folder;
        string[] files = [.. Directory.EnumerateFiles(place)
            .Where(static file => file.EndsWith(".json", StringComparison.Ordinal) || file.EndsWith(".json.gz", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new MissingDataException($"'{place}' holds no *.json or *.json.gz.");
    }

    private static Dictionary<string, object?> Solve(string file, double budget, int seed, string? output)
    {
        SchedulingInstance instance;
        try
        {
            instance = SchedulingInstanceReader.ReadFile(file);
        }
        catch (InputValidationException error)
        {
            throw new MissingDataException(error.Message);
        }

        string name = instance.Name.Length > 0 ? instance.Name : Path.GetFileName(file).Split('.')[0];
        var options = new SchedulerOptions
        {
            TimeBudget = TimeSpan.FromSeconds(budget),
            ImprovementRounds = 1_000_000_000,
            BoundIterations = 100_000,
            Seed = seed,
        };
        long started = Stopwatch.GetTimestamp();
        try
        {
            var first = new FirstPlan();
            Schedule schedule = new PriceAwareListScheduler(options).Solve(instance.Problem, first);
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            if (output is not null)
            {
                Write(Path.Combine(output, name + ".schedule.json"), stream => ScheduleWriter.Write(schedule, stream));
                Write(Path.Combine(output, name + ".duals.json"), stream => ScheduleWriter.WriteCertificate(schedule, stream));
            }

            return new Dictionary<string, object?>
            {
                ["instance"] = name,
                ["cost"] = schedule.TotalCost,
                ["bound"] = schedule.Bound.Value,
                ["gap"] = schedule.AbsoluteGap / Math.Max(1, Math.Abs(schedule.Bound.Value)),
                ["run_now"] = schedule.RunNowCost,
                ["seconds"] = seconds,
                ["feasible"] = IsFeasible(instance.Problem, schedule),
                ["optimal"] = schedule.IsProvenOptimal,
                ["rejected"] = schedule.Rejections.Count,
                ["saving_captured"] = schedule.SavingCaptured,
                ["first_plan_seconds"] = first.Elapsed?.TotalSeconds,
                ["cheapest_window"] = CheapestWindow(instance.Problem),
            };
        }
        catch (SchedulingException refused)
        {
            return new Dictionary<string, object?>
            {
                ["instance"] = name,
                ["cost"] = null,
                ["bound"] = null,
                ["gap"] = null,
                ["run_now"] = null,
                ["seconds"] = Stopwatch.GetElapsedTime(started).TotalSeconds,
                ["feasible"] = false,
                ["rejected"] = null,
                ["saving_captured"] = null,
                ["reason"] = refused.Message,
            };
        }
    }

    /// <summary>The cheaper of the two cheapest-window baselines, or null where a job that must run found no place.</summary>
    private static double? CheapestWindow(SchedulingProblem problem)
    {
        double? best = null;
        foreach (CheapestWindowOrder order in Enum.GetValues<CheapestWindowOrder>())
        {
            try
            {
                double cost = new CheapestWindowScheduler(order).Solve(problem).TotalCost;
                best = best is { } known ? Math.Min(known, cost) : cost;
            }
            catch (SchedulingException)
            {
                // This order lost a job that must run: no baseline.
            }
        }

        return best;
    }

    private static bool IsFeasible(SchedulingProblem problem, Schedule schedule) =>
        problem.FindViolations(schedule.Assignments.ToDictionary(static a => a.JobId, static a => a.Segments)).Count == 0;

    private static void Write(string path, Action<Stream> write)
    {
        using FileStream stream = File.Create(path);
        write(stream);
    }

    /// <summary>Notes when the first complete plan was there.</summary>
    private sealed class FirstPlan : IProgress<SchedulerProgress>
    {
        public TimeSpan? Elapsed { get; private set; }

        public void Report(SchedulerProgress value) => Elapsed ??= value.Elapsed;
    }
}
