using BenchmarkDotNet.Attributes;
using Vouch.Statistics.Intervals;
using MathNetBeta = MathNet.Numerics.Distributions.Beta;

namespace Vouch.Benchmarks.Statistics;

/// <summary>Intervals of a proportion; the baseline is the exact bound from MathNet's beta quantile, which is good to about 1e-5 in the far tail.</summary>
[MemoryDiagnoser]
public class BinomialIntervalBenchmarks
{
    [Params(20, 1000, 1_000_000)]
    public long Trials { get; set; }

    private long Successes => Trials / 10;

    [Benchmark(Baseline = true)]
    public double MathNetClopperPearsonUpper() => MathNetBeta.InvCDF(Successes + 1, Trials - Successes, 0.99);

    [Benchmark]
    public double ClopperPearsonUpper() => BinomialInterval.ClopperPearsonUpper(Successes, Trials, 0.99);

    [Benchmark]
    public Interval ClopperPearson() => BinomialInterval.ClopperPearson(Successes, Trials, 0.99);

    [Benchmark]
    public Interval Jeffreys() => BinomialInterval.Jeffreys(Successes, Trials, 0.99);

    [Benchmark]
    public Interval Wilson() => BinomialInterval.Wilson(Successes, Trials, 0.99);
}
