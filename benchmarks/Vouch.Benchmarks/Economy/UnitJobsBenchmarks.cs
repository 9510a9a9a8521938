using BenchmarkDotNet.Attributes;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;

namespace Vouch.Benchmarks.Economy;

/// <summary>The units of one render: 500 equal jobs of one slot on a week of hourly prices.</summary>
[MemoryDiagnoser]
public class UnitJobsBenchmarks
{
    private SchedulingProblem _problem = null!;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(20_260_101);
        var curve = new PriceCurve(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromHours(1), [.. Enumerable.Range(0, 168).Select(_ => random.NextDouble() * 100)]);
        _problem = new SchedulingProblem(curve, new ResourcePool("workers", 12), Job.Repeat("tile", 500, 1, 1, 0, 168));
    }

    [Benchmark(Baseline = true)]
    public Schedule RunNow() => new RunNowScheduler().Solve(_problem);

    [Benchmark]
    public Schedule PriceAwareList() => new PriceAwareListScheduler().Solve(_problem);
}
