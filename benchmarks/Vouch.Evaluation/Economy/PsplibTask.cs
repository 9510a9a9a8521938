using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Vouch.Core.Exceptions;
using Vouch.Economy.Formats;
using Vouch.Economy.ProjectScheduling;

namespace Vouch.Evaluation.Economy;

/// <summary>Shortens every PSPLIB project of a folder or zip: makespan against the critical path and against the best known, where a reference lies beside it.</summary>
internal static class PsplibTask
{
    public static EvaluationTask Task { get; } = new(
        "economy",
        "psplib",
        "Projects (*.sm) of a folder or zip, or every zip below --data; --budget S seconds each, or --schedules N generated schedules each (deterministic); "
            + "--stride K --offset I every K-th only; --sets j30,j120; --out DIR start times for the checker. Reads reference.csv where it lies there.",
        true,
        Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        ProjectSchedulerOptions options = Options(run);
        int stride = (int)Number(run, "stride", "1", 1, 100_000);
        int offset = (int)Number(run, "offset", "0", 0, stride - 1);
        string? output = run.Options.GetValueOrDefault("out");
        if (output is not null)
        {
            Directory.CreateDirectory(output);
        }

        string data = run.DataFolder ?? throw new MissingDataException("This task needs --data DIR.");
        Dictionary<string, Reference> references = References(data);
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        bool held = true;
        foreach ((string set, List<ProjectInstance> projects) in Sets(data, run.Options.GetValueOrDefault("sets")))
        {
            for (int i = offset; i < projects.Count; i += stride)
            {
                run.Progress.Report(projects[i].Name);
                Dictionary<string, object?> row = Solve(set, projects[i], options, references.GetValueOrDefault(projects[i].Name), output);
                rows.Add(row);
                held &= row["feasible"] is true;
            }
        }

        return new EvaluationResult(rows, Summary(rows), held);
    }

    private static ProjectSchedulerOptions Options(EvaluationRun run)
    {
        var options = new ProjectSchedulerOptions { Seed = run.Seed };
        if (run.Options.ContainsKey("schedules"))
        {
            options.ScheduleLimit = (long)Number(run, "schedules", "50000", 1, 1e9);
        }

        if (run.Options.ContainsKey("budget") || !run.Options.ContainsKey("schedules"))
        {
            options.TimeBudget = TimeSpan.FromSeconds(Number(run, "budget", "5", 0.001, 86_400));
            options.ScheduleLimit = run.Options.ContainsKey("schedules") ? options.ScheduleLimit : 1_000_000_000;
        }

        return options;
    }

    private static double Number(EvaluationRun run, string name, string otherwise, double least, double most)
    {
        string text = run.Option(name, otherwise);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most
            ? value
            : throw new MissingDataException(string.Create(CultureInfo.InvariantCulture, $"--{name} takes a number in [{least}, {most}], not '{text}'."));
    }

    private static Dictionary<string, object?> Solve(string set, ProjectInstance project, ProjectSchedulerOptions options, Reference? reference, string? output)
    {
        long started = Stopwatch.GetTimestamp();
        ProjectSchedule schedule = new GeneticProjectScheduler(options).Solve(project.Problem);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (output is not null)
        {
            using FileStream stream = File.Create(Path.Combine(output, project.Name + ".starts.json"));
            JsonSerializer.Serialize(stream, schedule.Starts);
        }

        // A schedule below a proven bound would be a wrong one, however it checks.
        bool feasible = project.Problem.FindViolations(schedule.Starts).Count == 0 && (reference is null || schedule.Makespan >= reference.LowerBound);
        return new Dictionary<string, object?>
        {
            ["set"] = set,
            ["instance"] = project.Name,
            ["makespan"] = schedule.Makespan,
            ["critical_path"] = project.Problem.CriticalPath,
            ["seconds"] = seconds,
            ["bound"] = schedule.Bound.Value,
            ["best_known"] = reference?.Best,
            ["schedules"] = schedule.GeneratedSchedules,
            ["feasible"] = feasible,
        };
    }

    private static Dictionary<string, object?> Summary(List<IReadOnlyDictionary<string, object?>> rows)
    {
        var summary = new Dictionary<string, object?>
        {
            ["mean_over_critical_path"] = Mean(rows, OverCriticalPath),
            ["mean_over_best"] = Mean(rows, OverBest),
            ["instances"] = rows.Count,
            ["proven"] = rows.Count(static row => (int)row["makespan"]! <= (int)row["bound"]!),
        };
        foreach (IGrouping<object?, IReadOnlyDictionary<string, object?>> set in rows.GroupBy(static row => row["set"]))
        {
            summary[$"{set.Key}_percent_over_critical_path"] = 100 * Mean(set, OverCriticalPath);
            summary[$"{set.Key}_percent_best_known"] = 100 * Mean(set, static row => row["best_known"] is int best ? ((double)best - (int)row["critical_path"]!) / (int)row["critical_path"]! : null);
            summary[$"{set.Key}_mean_seconds"] = Mean(set, static row => (double)row["seconds"]!);
        }

        return summary;
    }

    private static double? Mean(IEnumerable<IReadOnlyDictionary<string, object?>> rows, Func<IReadOnlyDictionary<string, object?>, double?> figure) =>
        rows.Select(figure).Average();

    private static double? OverCriticalPath(IReadOnlyDictionary<string, object?> row) =>
        (int)row["critical_path"]! is > 0 and var path ? ((double)(int)row["makespan"]! - path) / path : null;

    private static double? OverBest(IReadOnlyDictionary<string, object?> row) => row["best_known"] is int and > 0 and var best ? ((double)(int)row["makespan"]! - best) / best : null;

    private static IEnumerable<(string Set, List<ProjectInstance> Projects)> Sets(string data, string? names)
    {
        HashSet<string>? asked = names?.Split(',').ToHashSet(StringComparer.Ordinal);
        if (File.Exists(data))
        {
            yield return (Path.GetFileNameWithoutExtension(data), Zipped(data));
            yield break;
        }

        string inner = Path.Combine(data, "psplib");
        string place = Directory.Exists(inner) ? inner : data;
        string[] files = [.. Directory.EnumerateFiles(place, "*.sm").Order(StringComparer.Ordinal)];
        string[] zips = [.. Directory.EnumerateFiles(place, "*.zip").Order(StringComparer.Ordinal)];
        if (files.Length + zips.Length == 0)
        {
            throw new MissingDataException($"'{place}' holds no *.sm and no *.zip.");
        }

        if (files.Length > 0)
        {
            yield return (Path.GetFileName(Path.GetFullPath(place)), [.. files.Select(static file => Guard(() => PsplibReader.ReadFile(file)))]);
        }

        foreach (string zip in zips.Where(zip => asked is null || asked.Contains(Path.GetFileNameWithoutExtension(zip))))
        {
            yield return (Path.GetFileNameWithoutExtension(zip), Zipped(zip));
        }
    }

    private static List<ProjectInstance> Zipped(string path)
    {
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            var projects = new List<ProjectInstance>();
            foreach (ZipArchiveEntry entry in archive.Entries.Where(static entry => entry.Name.EndsWith(".sm", StringComparison.OrdinalIgnoreCase)).OrderBy(static entry => entry.FullName, StringComparer.Ordinal))
            {
                using var reader = new StreamReader(entry.Open());
                projects.Add(Guard(() => PsplibReader.Read(reader, entry.FullName)) with { Name = Path.GetFileNameWithoutExtension(entry.Name) });
            }

            return projects;
        }
        catch (InvalidDataException error)
        {
            throw new MissingDataException($"'{path}' is not a zip: {error.Message}");
        }
    }

    private static ProjectInstance Guard(Func<ProjectInstance> read)
    {
        try
        {
            return read();
        }
        catch (InputValidationException error)
        {
            throw new MissingDataException(error.Message);
        }
    }

    private static Dictionary<string, Reference> References(string data)
    {
        string folder = File.Exists(data) ? Path.GetDirectoryName(Path.GetFullPath(data))! : data;
        string? file = new[] { Path.Combine(folder, "psplib", "reference.csv"), Path.Combine(folder, "reference.csv") }.FirstOrDefault(File.Exists);
        var found = new Dictionary<string, Reference>(StringComparer.Ordinal);
        if (file is null)
        {
            return found;
        }

        string[] lines = File.ReadAllLines(file);
        string[] names = lines[0].Split(',');
        int name = Array.IndexOf(names, "instance");
        int low = Array.IndexOf(names, "lower_bound");
        int high = Array.IndexOf(names, "upper_bound");
        if (name < 0 || low < 0 || high < 0)
        {
            return found;
        }

        foreach (string[] cells in lines.Skip(1).Select(static line => line.Split(',')).Where(cells => cells.Length > Math.Max(name, Math.Max(low, high))))
        {
            if (int.TryParse(cells[low], CultureInfo.InvariantCulture, out int lowest) && int.TryParse(cells[high], CultureInfo.InvariantCulture, out int best))
            {
                found[cells[name]] = new Reference(lowest, best);
            }
        }

        return found;
    }

    private sealed record Reference(int LowerBound, int Best);
}
