using BenchmarkDotNet.Attributes;
using Vouch.TrustEngine.Aggregators;

namespace Vouch.Benchmarks.TrustEngine;

/// <summary>20 vectors of 1,000 numbers, four of them lies, put together by methods that bear lies, beside the mean, which bears none.</summary>
[MemoryDiagnoser]
public class RobustAggregatorsBenchmarks
{
    private const int Count = 20;
    private const int Dimension = 1_000;
    private const int Faulty = 4;
    private readonly double[] _vectors = new double[Count * Dimension];
    private readonly double _length = Math.Sqrt(Dimension);

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (int i = 0; i < _vectors.Length; i++)
        {
            // The sum of twelve uniform numbers is as good as normal here.
            double noise = -6;
            for (int k = 0; k < 12; k++)
            {
                noise += random.NextDouble();
            }

            _vectors[i] = i < Faulty * Dimension ? 10 - noise : noise;
        }
    }

    [Benchmark(Baseline = true)]
    public double[] Mean() => RobustAggregators.Mean(_vectors, Dimension);

    [Benchmark]
    public double[] CoordinateMedian() => RobustAggregators.CoordinateMedian(_vectors, Dimension);

    [Benchmark]
    public double[] Krum() => RobustAggregators.Krum(_vectors, Dimension, Faulty);

    [Benchmark]
    public double[] CenteredClipping() => RobustAggregators.CenteredClipping(_vectors, Dimension, _length);

    [Benchmark]
    public double[] GeometricMedian() => RobustAggregators.GeometricMedian(_vectors, Dimension);
}
