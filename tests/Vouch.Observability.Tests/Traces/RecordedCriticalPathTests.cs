using System.Globalization;
using System.Text.Json;
using Vouch.Observability.Traces;
using Vouch.TestData;

namespace Vouch.Observability.Tests.Traces;

/// <summary>Critical paths against those of another program: uber-research/CRISP, commit 2710c0b9d52e, on its own cases and on real traces.</summary>
public sealed class RecordedCriticalPathTests
{
    [Fact]
    public void CriticalPath_CasesOfCrisp_HaveItsExclusiveTimes()
    {
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllText(SharedData.Require("observability/critical_path_cases.json")));

        foreach (JsonElement one in cases.RootElement.EnumerateArray())
        {
            var ids = new Dictionary<string, ulong>(StringComparer.Ordinal);
            ulong Id(string? name) => name is null ? 0 : ids.TryGetValue(name, out ulong id) ? id : ids[name] = (ulong)ids.Count + 1;
            SpanRecord[] spans = [.. one.GetProperty("spans").EnumerateArray().Select(span => new SpanRecord(
                Id(span.GetProperty("id").GetString()),
                Id(span.GetProperty("parent").GetString()),
                span.GetProperty("service").GetString()!,
                span.GetProperty("operation").GetString()!,
                new TimeSpan(span.GetProperty("start").GetInt64()),
                new TimeSpan(span.GetProperty("duration").GetInt64())))];
            Dictionary<string, long> expected = one.GetProperty("critical_exclusive").EnumerateObject().Where(time => time.Value.GetInt64() != 0).ToDictionary(time => time.Name, time => time.Value.GetInt64());

            ByOperation(SpanTree.Build(spans)).Should().BeEquivalentTo(expected, "of case {0}", one.GetProperty("name").GetString());
        }
    }

    [Fact]
    public void CriticalPath_RealTraces_HaveTheExclusiveTimesOfCrispAndAddUpToTheRoot()
    {
        int traces = 0;
        foreach (IGrouping<string, string[]> file in RecordedTraces.Rows("critical_path_real.csv.gz").GroupBy(row => row[0]))
        {
            Dictionary<string, SpanRecord[]> spans = RecordedTraces.Read(file.Key);
            foreach (IGrouping<string, string[]> trace in file.GroupBy(row => row[1]))
            {
                SpanTree tree = SpanTree.Build(spans[trace.Key]);
                Dictionary<string, long> expected = trace.Where(row => row[6] != "0")
                    .ToDictionary(row => new Operation(row[4], row[5]).ToString(), row => long.Parse(row[6], CultureInfo.InvariantCulture) * TimeSpan.TicksPerMicrosecond);

                Dictionary<string, long> found = ByOperation(tree);

                found.Should().BeEquivalentTo(expected, "of trace {0} of {1}", trace.Key, file.Key);
                found.Values.Sum().Should().Be(tree.Duration.Ticks);
                traces++;
            }
        }

        traces.Should().BeGreaterThan(0);
    }

    private static Dictionary<string, long> ByOperation(SpanTree tree) =>
        tree.CriticalPath().GroupBy(span => tree.OperationOf(span.Span).ToString()).Select(group => (group.Key, Ticks: group.Sum(span => span.Exclusive.Ticks)))
            .Where(entry => entry.Ticks != 0).ToDictionary(entry => entry.Key, entry => entry.Ticks);
}
