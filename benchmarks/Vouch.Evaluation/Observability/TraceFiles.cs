using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Vouch.Observability.RootCause;
using Vouch.Observability.Traces;

namespace Vouch.Evaluation.Observability;

/// <summary>Reads traces, labels and metrics of the documented layout.</summary>
internal static class TraceFiles
{
    // What a service uses itself. The other columns (traffic, percentiles, load) follow from what it is asked.
    private static readonly (int Column, string Name)[] Used = [(3, "cpu"), (5, "memory")];

    public sealed record Case(string Name, string System, string Day, double Injected, string Service, string Fault)
    {
        public string Baseline => $"normal-{System}-{Day}";
    }

    public sealed record Reading(double At, string Service, string Name, double Value);

    public static IEnumerable<string[]> Rows(string path)
    {
        using Stream file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(stream);
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0)
            {
                yield return line.Split(',');
            }
        }
    }

    public static List<Case> Cases(EvaluationRun run) => [.. Rows(run.Require("traces/labels.csv")).Select(row => new Case(
        row[0],
        row[1],
        row[2][5..].Replace("-", "", StringComparison.Ordinal),
        (DateTime.Parse(row[3], CultureInfo.InvariantCulture) - DateTime.UnixEpoch).TotalSeconds,
        row[4],
        row[5]))];

    /// <summary>The spans of a file by trace, in the order of the file.</summary>
    public static Dictionary<string, SpanRecord[]> Spans(string path)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var traces = new Dictionary<string, List<SpanRecord>>(StringComparer.Ordinal);
        foreach (string[] row in Rows(path))
        {
            if (!traces.TryGetValue(row[0], out List<SpanRecord>? spans))
            {
                traces.Add(row[0], spans = []);
            }

            spans.Add(new SpanRecord(
                Id(row[1]),
                row[2].Length == 0 ? 0 : Id(row[2]),
                Shared(row[3]),
                Shared(row[4]),
                TimeSpan.FromMicroseconds(long.Parse(row[5], CultureInfo.InvariantCulture)),
                TimeSpan.FromMicroseconds(long.Parse(row[6], CultureInfo.InvariantCulture)),
                row[7] == "1",
                int.Parse(row[8], CultureInfo.InvariantCulture)));
        }

        return traces.ToDictionary(trace => trace.Key, trace => trace.Value.ToArray(), StringComparer.Ordinal);

        // Numbers of a file begin at 0, which is no span id.
        static ulong Id(string number) => ulong.Parse(number, CultureInfo.InvariantCulture) + 1;

        string Shared(string text)
        {
            ref string? known = ref CollectionsMarshal.GetValueRefOrAddDefault(names, text, out bool exists);
            return exists ? known! : known = text;
        }
    }

    public static List<SpanTree> Trees(string path) => [.. Spans(path).Values.Select(spans => SpanTree.Build(spans)).OrderBy(tree => tree.StartOf(tree.Root))];

    public static Dictionary<string, List<Reading>> Readings(EvaluationRun run)
    {
        var readings = new Dictionary<string, List<Reading>>(StringComparer.Ordinal);
        string path = Path.Combine(run.DataFolder!, "traces/metrics.csv.gz");
        if (!File.Exists(path))
        {
            return readings;
        }

        foreach (string[] row in Rows(path))
        {
            foreach ((int column, string name) in Used)
            {
                if (row[column].Length > 0)
                {
                    (readings.TryGetValue(row[0], out List<Reading>? list) ? list : readings[row[0]] = [])
                        .Add(new Reading(double.Parse(row[1], CultureInfo.InvariantCulture), row[2], name, double.Parse(row[column], CultureInfo.InvariantCulture)));
                }
            }
        }

        return readings;
    }

    public static ServiceMetric Metric(Reading reading, double at) => new(reading.Service, reading.Name, TimeSpan.FromSeconds(at), reading.Value);
}
