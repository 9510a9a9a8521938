using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Vouch.Optimizer.Scenes;

namespace Vouch.Evaluation.Optimizer;

/// <summary>Analyses every scene of a truth table and compares each figure that the table names; times are the best of repeated analyses of a file in the page cache, as other load only adds.</summary>
internal static class ScenesTask
{
    private const int Repetitions = 25;
    private const double WarmUpSeconds = 0.05;

    // What a truth table says about the table, not about the scene.
    private static readonly string[] Ignored = ["licence", "license", "main_file", "source", "notes"];

    public static EvaluationTask Task { get; } = new("optimizer", "scenes", "scene statistics against truth.json: exact fields and analysis time", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        string folder = OptimizerTasks.ScenesFolder(run, "truth.json");
        using JsonDocument truth = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "truth.json")));
        var analyzer = new SceneAnalyzer();
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        var times = new List<double>();
        int exact = 0;
        foreach (JsonProperty entry in truth.RootElement.EnumerateObject())
        {
            run.Progress.Report(entry.Name);
            string path = Path.Combine(folder, entry.Name, entry.Value.GetProperty("main_file").GetString()!);
            if (!File.Exists(path))
            {
                throw new MissingDataException($"'{path}' is missing.");
            }

            SceneAnalysis analysis = analyzer.Analyze(path);
            for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < WarmUpSeconds;)
            {
                analyzer.Analyze(path);
            }

            double seconds = double.PositiveInfinity;
            for (int i = 0; i < Repetitions; i++)
            {
                long started = Stopwatch.GetTimestamp();
                analyzer.Analyze(path);
                seconds = Math.Min(seconds, Stopwatch.GetElapsedTime(started).TotalSeconds);
            }

            List<string> wrong = Compare(analysis, entry.Value);
            exact += wrong.Count == 0 ? 1 : 0;
            times.Add(seconds);
            rows.Add(new Dictionary<string, object?>
            {
                ["scene"] = entry.Name,
                ["ok"] = wrong.Count == 0,
                ["wrong_fields"] = string.Join("; ", wrong),
                ["seconds"] = seconds,
                ["problems"] = analysis.Problems.Count + analysis.UnlistedProblems,
            });
        }

        times.Sort();
        int malformed = Malformed(Path.Combine(folder, "malformed"), analyzer, rows);
        var summary = new Dictionary<string, object?>
        {
            ["exact"] = exact,
            ["total"] = times.Count,
            ["p50_seconds"] = times.Count == 0 ? null : times[(times.Count - 1) / 2],
            ["p99_seconds"] = times.Count == 0 ? null : times[(int)Math.Ceiling(0.99 * times.Count) - 1],
            ["malformed_survived"] = malformed,
        };
        return new EvaluationResult(rows, summary);
    }

    /// <summary>Broken files have no truth to compare with: none may end in anything but a typed result.</summary>
    private static int Malformed(string folder, SceneAnalyzer analyzer, List<IReadOnlyDictionary<string, object?>> rows)
    {
        if (!Directory.Exists(folder))
        {
            return 0;
        }

        string[] files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        foreach (string file in files)
        {
            long started = Stopwatch.GetTimestamp();
            SceneAnalysis analysis = analyzer.Analyze(file);
            rows.Add(new Dictionary<string, object?>
            {
                ["scene"] = "malformed/" + Path.GetFileName(file),
                ["ok"] = true,
                ["wrong_fields"] = "",
                ["seconds"] = Stopwatch.GetElapsedTime(started).TotalSeconds,
                ["problems"] = analysis.Problems.Count + analysis.UnlistedProblems,
                ["finding"] = analysis.Problems.Count > 0 ? analysis.Problems[0].ToString() : "none",
            });
        }

        return files.Length;
    }

    private static List<string> Compare(SceneAnalysis analysis, JsonElement truth)
    {
        var wrong = new List<string>();
        IReadOnlyDictionary<string, object?> found = SceneFields.Of(analysis);
        foreach (JsonProperty field in truth.EnumerateObject())
        {
            if (Ignored.Contains(field.Name))
            {
                continue;
            }

            string expected = Text(field.Value);
            string actual = found.TryGetValue(field.Name, out object? value) ? SceneFields.Text(value) : "not counted";
            if (expected != actual)
            {
                wrong.Add($"{field.Name}: {actual} for {expected}");
            }
        }

        return wrong;
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array when value.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.Number) =>
            string.Join(',', value.EnumerateArray().Select(static item => item.GetInt64().ToString(CultureInfo.InvariantCulture))),
        JsonValueKind.Array => string.Join(',', value.EnumerateArray().Select(static item => item.GetString()).Order(StringComparer.Ordinal)),
        JsonValueKind.Object => string.Join(',', value.EnumerateObject().OrderBy(static item => item.Name, StringComparer.Ordinal).Select(static item => $"{item.Name}={item.Value.GetInt64()}")),
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };
}
