using BenchmarkDotNet.Attributes;
using Vouch.Core.Models;
using Vouch.Statistics.Location;
using Vouch.TrustEngine.Consensus;

namespace Vouch.Benchmarks.TrustEngine;

/// <summary>A decision with its promise, beside the bare weighted median by sorting, which promises nothing and caps no weight.</summary>
[MemoryDiagnoser]
public class WeightedMedianConsensusBenchmarks
{
    private readonly WeightedMedianConsensus _consensus = new();
    private NumericBallot[] _ballots = [];
    private double[] _values = [];
    private double[] _weights = [];

    [Params(9, 31, 1000)]
    public int Voters { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _values = [.. Enumerable.Range(0, Voters).Select(_ => random.NextDouble())];
        _weights = [.. Enumerable.Range(0, Voters).Select(_ => random.NextDouble() + 0.1)];
        _ballots = [.. Enumerable.Range(0, Voters).Select(i => new NumericBallot(new WorkerId($"w{i}"), _values[i], _weights[i]))];
    }

    [Benchmark(Baseline = true)]
    public double SortAndSum()
    {
        double[] values = [.. _values];
        double[] weights = [.. _weights];
        Array.Sort(values, weights);
        double half = weights.Sum() / 2;
        double sum = 0;
        int i = -1;
        while (sum < half)
        {
            sum += weights[++i];
        }

        return values[i];
    }

    [Benchmark]
    public double StatisticsWeightedMedian() => WeightedMedian.Lower(_values, _weights);

    [Benchmark]
    public NumericDecision Decide() => _consensus.Decide(_ballots);
}
