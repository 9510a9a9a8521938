using BenchmarkDotNet.Attributes;
using Vouch.Economy.Pricing;

namespace Vouch.Benchmarks.Economy;

/// <summary>The cheapest window of a length in a week of quarter hours, next to the plain loop: divide by <see cref="Starts"/> for the time per job and slot.</summary>
[MemoryDiagnoser]
public class CheapestWindowBenchmarks
{
    private const int Length = 12;
    private readonly double[] _prefix = new double[673];
    private PriceCurve _curve = null!;

    /// <summary>The starts that one call compares.</summary>
    public static int Starts => 672 - Length + 1;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(20_260_101);
        double[] prices = [.. Enumerable.Range(0, 672).Select(_ => Math.Round(random.NextDouble() * 10_000))];
        for (int t = 0; t < prices.Length; t++)
        {
            _prefix[t + 1] = _prefix[t] + prices[t];
        }

        _curve = new PriceCurve(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromMinutes(15), prices);
    }

    [Benchmark(Baseline = true)]
    public int PlainLoop()
    {
        int best = -1;
        double least = double.PositiveInfinity;
        for (int start = 0; start < _prefix.Length - Length; start++)
        {
            double cost = _prefix[start + Length] - _prefix[start];
            if (cost < least)
            {
                (best, least) = (start, cost);
            }
        }

        return best;
    }

    [Benchmark]
    public int CheapestWindow() => _curve.CheapestWindow(Length);
}
