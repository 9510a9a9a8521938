using BenchmarkDotNet.Attributes;
using Vouch.Observability.Traces;

namespace Vouch.Benchmarks.Observability;

/// <summary>What a span costs: building the tree, own times, critical path.</summary>
[MemoryDiagnoser]
public class SpanTreeBenchmarks
{
    private SpanRecord[] _spans = null!;
    private SpanTree _tree = null!;
    private TimeSpan[] _times = null!;

    [Params(75, 10_000)]
    public int Spans { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        var spans = new List<SpanRecord> { new(1, 0, "s0", "root", TimeSpan.Zero, new TimeSpan(100_000_000)) };
        for (int parent = 0; spans.Count < Spans; parent++)
        {
            long at = spans[parent].Start.Ticks, end = at + spans[parent].Duration.Ticks;
            for (int child = 0; child < 3 && spans.Count < Spans && at + 10 < end; child++)
            {
                long begin = random.NextInt64(at, ((2 * at) + end) / 3), stop = random.NextInt64(begin, end);
                spans.Add(new((ulong)spans.Count + 1, spans[parent].Id, $"s{random.Next(9)}", "work", new TimeSpan(begin), new TimeSpan(stop - begin)));
                at = stop;
            }

            if (parent == spans.Count - 1)
            {
                spans.Add(new((ulong)spans.Count + 1, 1, "s1", "more", TimeSpan.Zero, new TimeSpan(100_000)));
            }
        }

        _spans = [.. spans];
        _tree = SpanTree.Build(_spans);
        _times = new TimeSpan[_spans.Length];
    }

    [Benchmark]
    public SpanTree Build() => SpanTree.Build(_spans);

    [Benchmark]
    public int CriticalPath() => _tree.CriticalPath().Count;

    [Benchmark]
    public int Whole()
    {
        SpanTree tree = SpanTree.Build(_spans);
        tree.ExclusiveTimes(_times);
        return tree.CriticalPath().Count;
    }
}
