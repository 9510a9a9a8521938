using BenchmarkDotNet.Attributes;
using Vouch.Core.Validation;

namespace Vouch.Benchmarks.Core;

/// <summary>The check that a list holds only finite numbers, beside the plain loop.</summary>
[MemoryDiagnoser]
public class BoundaryBenchmarks
{
    private double[] _values = [];

    [Params(16, 10_000)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _values = [.. Enumerable.Range(0, Length).Select(_ => random.NextDouble())];
    }

    [Benchmark(Baseline = true)]
    public bool PlainLoop()
    {
        foreach (double value in _values)
        {
            if (!double.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    [Benchmark]
    public int AllFinite() => Boundary.AllFinite(_values).Length;
}
