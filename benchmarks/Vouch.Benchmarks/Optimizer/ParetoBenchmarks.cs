using BenchmarkDotNet.Attributes;
using Vouch.Optimizer.Configuration;

namespace Vouch.Benchmarks.Optimizer;

/// <summary>The exact Pareto front of 10,000 points with three objectives: uniform in a cube (a small front), and on a sphere where every point is on the front (the worst case).</summary>
/// <remarks>The baseline compares every point with the front so far, in lexicographic order.</remarks>
[MemoryDiagnoser]
public class ParetoBenchmarks
{
    private const int Points = 10_000;

    private double[] _points = [];

    [Params("cube", "sphere")]
    public string Shape { get; set; } = "cube";

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _points = new double[3 * Points];
        for (int i = 0; i < Points; i++)
        {
            double x = random.NextDouble();
            double y = random.NextDouble();
            double z = random.NextDouble();
            double scale = Shape == "cube" ? 1 : -1 / Math.Sqrt((x * x) + (y * y) + (z * z));
            (_points[3 * i], _points[(3 * i) + 1], _points[(3 * i) + 2]) = (scale * x, scale * y, scale * z);
        }

        if (Front() != Pairwise())
        {
            throw new InvalidOperationException("The two fronts differ.");
        }
    }

    [Benchmark(Baseline = true)]
    public int Pairwise()
    {
        int[] order = [.. Enumerable.Range(0, Points)];
        double[] first = [.. order.Select(i => _points[3 * i])];
        Array.Sort(first, order);
        var front = new List<int>();
        foreach (int i in order)
        {
            bool isDominated = false;
            foreach (int j in front)
            {
                if (_points[3 * j] <= _points[3 * i] && _points[(3 * j) + 1] <= _points[(3 * i) + 1] && _points[(3 * j) + 2] <= _points[(3 * i) + 2])
                {
                    isDominated = true;
                    break;
                }
            }

            if (!isDominated)
            {
                front.Add(i);
            }
        }

        return front.Count;
    }

    [Benchmark]
    public int Front() => ParetoFront.Of(_points, 3).Length;
}
