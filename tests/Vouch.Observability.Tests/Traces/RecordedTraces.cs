using System.Globalization;
using System.IO.Compression;
using Vouch.Observability.Traces;
using Vouch.TestData;

namespace Vouch.Observability.Tests.Traces;

/// <summary>Traces of two microservice systems, recorded by others: a few dozen megabytes, read where they are on this machine.</summary>
internal static class RecordedTraces
{
    public static IEnumerable<string[]> Rows(string relativePath)
    {
        using var file = new GZipStream(File.OpenRead(SharedData.Require($"observability/{relativePath}")), CompressionMode.Decompress);
        using var reader = new StreamReader(file);
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            yield return line.Split(',');
        }
    }

    /// <summary>The spans of a file by the name of their trace, in the order of the file.</summary>
    public static Dictionary<string, SpanRecord[]> Read(string file)
    {
        var traces = new Dictionary<string, List<SpanRecord>>(StringComparer.Ordinal);
        foreach (string[] row in Rows($"traces/{file}.csv.gz"))
        {
            if (!traces.TryGetValue(row[0], out List<SpanRecord>? spans))
            {
                traces.Add(row[0], spans = []);
            }

            spans.Add(new SpanRecord(
                Id(row[1]),
                row[2].Length == 0 ? 0 : Id(row[2]),
                row[3],
                row[4],
                TimeSpan.FromMicroseconds(Number(row[5])),
                TimeSpan.FromMicroseconds(Number(row[6])),
                row[7] == "1",
                (int)Number(row[8])));
        }

        return traces.ToDictionary(trace => trace.Key, trace => trace.Value.ToArray(), StringComparer.Ordinal);
    }

    public static SpanTree[] Trees(string file) => [.. Read(file).Values.Select(spans => SpanTree.Build(spans)).OrderBy(tree => tree.StartOf(tree.Root))];

    // Numbers of a file begin at 0, which is no span id.
    private static ulong Id(string number) => ulong.Parse(number, CultureInfo.InvariantCulture) + 1;

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
