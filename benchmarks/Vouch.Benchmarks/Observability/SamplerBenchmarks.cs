using BenchmarkDotNet.Attributes;
using Vouch.Observability.Sampling;

namespace Vouch.Benchmarks.Observability;

/// <summary>What a decision costs, per trace.</summary>
[MemoryDiagnoser]
public class SamplerBenchmarks
{
    private const int Count = 1_024;
    private readonly TraceSummary[] _traces = new TraceSummary[Count];
    private readonly RandomSampler _random = new(0.1);
    private readonly ErrorBasedSampler _errors = new(0.1);
    private AdaptiveSampler<object> _adaptive = null!;
    private long _now;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        string[] types = [.. Enumerable.Range(0, 20).Select(i => $"GET /resource/{i}")];
        for (int i = 0; i < Count; i++)
        {
            _traces[i] = new TraceSummary(types[random.Next(20)], random.NextInt64(ConsistentThreshold.Range), random.Next(20) == 0, random.Next(100) == 0);
        }

        _adaptive = new AdaptiveSampler<object>(_ => { }, new AdaptiveSamplerOptions { Budget = 1_000, Window = TimeSpan.FromHours(1) });
        _now = TimeProvider.System.GetTimestamp();
        for (int i = 0; i < 100; i++)
        {
            Adaptive();
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public int Random()
    {
        int kept = 0;
        foreach (ref readonly TraceSummary trace in _traces.AsSpan())
        {
            kept += _random.Decide(trace).Keep ? 1 : 0;
        }

        return kept;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int ErrorBased()
    {
        int kept = 0;
        foreach (ref readonly TraceSummary trace in _traces.AsSpan())
        {
            kept += _errors.Decide(trace).Keep ? 1 : 0;
        }

        return kept;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int Adaptive()
    {
        int kept = 0;
        foreach (ref readonly TraceSummary trace in _traces.AsSpan())
        {
            kept += _adaptive.Offer(this, trace, _now) ? 1 : 0;
        }

        return kept;
    }
}
