using System.Text.Json;
using Vouch.AnomalyDetection.ChangePoints;

namespace Vouch.Evaluation.Anomaly;

/// <summary>How well change points agree with those that people marked (TCPD): F1 with a margin of five rows, covering.</summary>
internal static class ChangePointTask
{
    private const int Margin = 5;

    public static EvaluationTask Task { get; } = new("anomaly", "changepoint", "Change points against several annotators: F1, covering", NeedsData: true, Measure);

    /// <summary>Precision against all annotators together, recall as their mean, row 0 a change for all; as TCPDBench counts.</summary>
    internal static (double F1, double Covering) Score(IReadOnlyCollection<int> found, int[][] annotators, int rows)
    {
        int[] ours = [.. found.Append(0).Distinct().Order()];
        int[][] theirs = [.. annotators.Select(static one => one.Append(0).Distinct().Order().ToArray())];
        double precision = Hits([.. theirs.SelectMany(static one => one).Distinct().Order()], ours) / (double)ours.Length;
        double recall = theirs.Average(one => Hits(one, ours) / (double)one.Length);
        double covering = theirs.Average(one => Segments(one, rows).Sum(segment => Cover(segment, Segments(ours, rows))) / rows);
        return (2 * precision * recall / (precision + recall), covering);
    }

    private static int Hits(int[] truth, int[] found)
    {
        var left = found.ToHashSet();
        int hits = 0;
        foreach (int place in truth)
        {
            int[] near = [.. left.Where(other => Math.Abs(other - place) <= Margin).OrderBy(other => Math.Abs(other - place)).ThenBy(static other => other)];
            if (near.Length > 0)
            {
                hits++;
                left.Remove(near[0]);
            }
        }

        return hits;
    }

    private static List<(int From, int To)> Segments(int[] starts, int rows)
    {
        var segments = new List<(int From, int To)>();
        int from = 0;
        foreach (int start in starts.Where(start => start > 0 && start < rows).Append(rows))
        {
            segments.Add((from, start));
            from = start;
        }

        return segments;
    }

    private static double Cover((int From, int To) segment, List<(int From, int To)> others) => (segment.To - segment.From) * others.Max(other =>
    {
        double shared = Math.Max(0, Math.Min(segment.To, other.To) - Math.Max(segment.From, other.From));
        return shared / (segment.To - segment.From + other.To - other.From - shared);
    });

    private static EvaluationResult Measure(EvaluationRun run)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(run.Require("annotations.json")));
        var rows = new List<Dictionary<string, object?>>();
        foreach (JsonProperty entry in document.RootElement.EnumerateObject().OrderBy(static entry => entry.Name, StringComparer.Ordinal))
        {
            SeriesFile series = SeriesFile.Read(run.Require(Path.Combine("series", entry.Name + ".csv")));
            if (series.Names.Length != 1)
            {
                continue;
            }

            double[] values = series.Column(0);
            int[][] annotators = [.. entry.Value.EnumerateObject().Select(static one => one.Value.EnumerateArray().Select(static row => row.GetInt32()).ToArray())];
            ChangePointReport report = new ChangePointDetector().Detect(values);
            (double f1, double covering) = Score([.. report.Changes.Select(static change => change.Row)], annotators, values.Length);
            rows.Add(new()
            {
                ["series"] = entry.Name,
                ["f1"] = f1,
                ["covering"] = covering,
                ["model"] = report.Model.ToString(),
                ["changes"] = string.Join(' ', report.Changes.Select(static change => change.Row)),
            });
        }

        if (rows.Count == 0)
        {
            throw new MissingDataException("No series of one value column is annotated.");
        }

        return new EvaluationResult(rows, new Dictionary<string, object?>
        {
            ["mean_f1"] = rows.Average(static row => (double)row["f1"]!),
            ["mean_covering"] = rows.Average(static row => (double)row["covering"]!),
        });
    }
}
