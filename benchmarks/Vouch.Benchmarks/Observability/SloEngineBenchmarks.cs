using BenchmarkDotNet.Attributes;
using Vouch.Observability.Slo;
using Vouch.Testing;

namespace Vouch.Benchmarks.Observability;

/// <summary>10,000 objectives of four alerts each: a minute ends for all of them. And one event recorded.</summary>
[MemoryDiagnoser]
public class SloEngineBenchmarks
{
    private readonly ManualTimeProvider _time = new();
    private SloEngine _engine = null!;
    private SloTracker[] _trackers = null!;

    [GlobalSetup]
    public void Setup()
    {
        _engine = new SloEngine(new SloOptions { MaxObjectives = 10_000 }, _time);
        _trackers = [.. Enumerable.Range(0, 10_000).Select(i => _engine.Declare($"slo{i}: 99.9% < 250ms over 30d"))];
        var random = new Random(1);
        for (int minute = 0; minute < 90; minute++)
        {
            foreach (SloTracker tracker in _trackers)
            {
                tracker.Record(good: 1_000, bad: random.Next(3));
            }

            _time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [GlobalCleanup]
    public void Cleanup() => _engine.Dispose();

    // The timer of the engine evaluates when the minute ends.
    [Benchmark]
    public void EvaluateTenThousandTimesFour() => _time.Advance(TimeSpan.FromMinutes(1));

    [Benchmark]
    public void RecordValue() => _trackers[0].Record(17.0);
}
