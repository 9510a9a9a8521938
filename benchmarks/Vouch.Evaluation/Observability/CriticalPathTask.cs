using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Vouch.Observability.Traces;

namespace Vouch.Evaluation.Observability;

/// <summary>Critical paths against CRISP's cases and against CRISP's own answers for real traces; and the speed of building and walking them.</summary>
internal static class CriticalPathTask
{
    public static EvaluationTask Task { get; } = new("observability", "critical-path", "Critical paths: cases with every exclusive time right, spans per second", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        var rows = new List<Dictionary<string, object?>>();
        using (JsonDocument cases = JsonDocument.Parse(File.ReadAllText(run.Require("critical_path_cases.json"))))
        {
            rows.AddRange(cases.RootElement.EnumerateArray().Select(Case));
        }

        foreach (IGrouping<string, string[]> file in TraceFiles.Rows(run.Require("critical_path_real.csv.gz")).GroupBy(row => row[0]))
        {
            Dictionary<string, SpanRecord[]> spans = TraceFiles.Spans(run.Require($"traces/{file.Key}.csv.gz"));
            foreach (IGrouping<string, string[]> trace in file.GroupBy(row => row[1]))
            {
                Dictionary<string, long> expected = trace.ToDictionary(row => new Operation(row[4], row[5]).ToString(), row => long.Parse(row[6], CultureInfo.InvariantCulture) * TimeSpan.TicksPerMicrosecond);
                rows.Add(Row($"{file.Key}/{trace.Key}", expected, SpanTree.Build(spans[trace.Key]), errors: null));
            }
        }

        int ok = rows.Count(row => (bool)row["ok"]!);
        return new EvaluationResult(
            rows,
            new Dictionary<string, object?> { ["ok"] = ok, ["total"] = rows.Count, ["spans_per_second"] = Speed(run) },
            PromisesHeld: ok == rows.Count);
    }

    private static Dictionary<string, object?> Case(JsonElement one)
    {
        var ids = new Dictionary<string, ulong>(StringComparer.Ordinal);
        ulong Id(string? name) => name is null ? 0 : ids.TryGetValue(name, out ulong id) ? id : ids[name] = (ulong)ids.Count + 1;
        SpanRecord[] spans = [.. one.GetProperty("spans").EnumerateArray().Select(span => new SpanRecord(
            Id(span.GetProperty("id").GetString()),
            Id(span.GetProperty("parent").GetString()),
            span.GetProperty("service").GetString()!,
            span.GetProperty("operation").GetString()!,
            new TimeSpan(span.GetProperty("start").GetInt64()),
            new TimeSpan(span.GetProperty("duration").GetInt64()),
            Failed(span.GetProperty("tags"))))];
        Dictionary<string, long> expected = one.GetProperty("critical_exclusive").EnumerateObject().ToDictionary(time => time.Name, time => time.Value.GetInt64());
        return Row($"case {one.GetProperty("name").GetString()}", expected, SpanTree.Build(spans), Errors(one));
    }

    private static bool Failed(JsonElement tags) =>
        (tags.TryGetProperty("error", out JsonElement error) && error.ToString() is not ("False" or "false" or ""))
        || (tags.TryGetProperty("http.status_code", out JsonElement status) && status.GetInt32() >= 400);

    // By the last operation of each call path, as the times are.
    private static Dictionary<string, long>? Errors(JsonElement one) =>
        one.GetProperty("critical_path_errors") is { ValueKind: JsonValueKind.Object } errors
            ? errors.GetProperty("errCPCallpathTimeExclusive").EnumerateObject().GroupBy(path => path.Name.Split("->")[^1]).ToDictionary(group => group.Key, group => group.Sum(path => path.Value.GetInt64()))
            : null;

    private static Dictionary<string, object?> Row(string name, Dictionary<string, long> expected, SpanTree tree, Dictionary<string, long>? errors)
    {
        IReadOnlyList<CriticalSpan> path = tree.CriticalPath();
        Dictionary<string, long> found = Sum(tree, path);
        bool? errorsOk = errors is null ? null : Agree(errors, Sum(tree, [.. path.Where(span => tree.Spans[span.Span].IsError)]));
        return new() { ["case"] = name, ["ok"] = Agree(expected, found), ["errors_ok"] = errorsOk, ["spans"] = tree.Spans.Length, ["on_path"] = path.Count };
    }

    private static Dictionary<string, long> Sum(SpanTree tree, IReadOnlyList<CriticalSpan> path) =>
        path.GroupBy(span => tree.OperationOf(span.Span).ToString()).ToDictionary(group => group.Key, group => group.Sum(span => span.Exclusive.Ticks));

    private static bool Agree(Dictionary<string, long> expected, Dictionary<string, long> found) =>
        expected.Keys.Union(found.Keys).All(key => expected.GetValueOrDefault(key) == found.GetValueOrDefault(key));

    // Building the tree, exclusive times and the critical path of every trace of the normal files; the best of several rounds on one core.
    private static double Speed(EvaluationRun run)
    {
        SpanRecord[][] traces = [.. Directory.GetFiles(run.Require("traces"), "normal-*.csv.gz").Order(StringComparer.Ordinal).SelectMany(file => TraceFiles.Spans(file).Values)];
        long spans = traces.Sum(trace => (long)trace.Length);
        var times = new TimeSpan[traces.Length == 0 ? 0 : traces.Max(trace => trace.Length)];
        double best = 0;
        for (int round = 0; round < 12; round++)
        {
            long started = Stopwatch.GetTimestamp();
            foreach (SpanRecord[] trace in traces)
            {
                SpanTree tree = SpanTree.Build(trace);
                tree.ExclusiveTimes(times);
                tree.CriticalPath();
            }

            best = Math.Max(best, spans / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return best;
    }
}
