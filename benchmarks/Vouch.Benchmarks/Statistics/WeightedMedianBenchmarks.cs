using BenchmarkDotNet.Attributes;
using Vouch.Statistics.Location;
using MathNetStatistics = MathNet.Numerics.Statistics.ArrayStatistics;

namespace Vouch.Benchmarks.Statistics;

/// <summary>The weighted median against sorting; and, for scale, MathNet's unweighted median (no peer offers a weighted one).</summary>
[MemoryDiagnoser]
public class WeightedMedianBenchmarks
{
    private double[] _values = [];
    private double[] _weights = [];
    private double[] _scratch = [];

    [Params(9, 31, 1000, 1_000_000)]
    public int Count { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(20_260_101);
        _values = [.. Enumerable.Range(0, Count).Select(_ => random.NextDouble())];
        _weights = [.. Enumerable.Range(0, Count).Select(_ => random.NextDouble())];
        _scratch = new double[2 * Count];
    }

    [Benchmark(Baseline = true)]
    public double Sort()
    {
        double[] values = [.. _values];
        double[] weights = [.. _weights];
        Array.Sort(values, weights);
        double half = weights.Sum() / 2;
        double sum = 0;
        int i = 0;
        while (i < values.Length - 1 && (sum += weights[i]) < half)
        {
            i++;
        }

        return values[i];
    }

    [Benchmark]
    public double WeightedMedianLower() => WeightedMedian.Lower(_values, _weights);

    [Benchmark]
    public double WeightedMedianScratch() => WeightedMedian.Find(_values, _weights, _scratch).Lower;

    [Benchmark]
    public double QuantileMedianUnweighted() => Quantile.Median(_values);

    [Benchmark]
    public double MathNetMedianUnweighted()
    {
        double[] values = [.. _values];
        return MathNetStatistics.MedianInplace(values);
    }
}
