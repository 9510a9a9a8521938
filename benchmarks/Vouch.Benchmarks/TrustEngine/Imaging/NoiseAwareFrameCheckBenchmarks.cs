using BenchmarkDotNet.Attributes;
using Vouch.TrustEngine.Imaging;

namespace Vouch.Benchmarks.TrustEngine.Imaging;

/// <summary>One check of a tile by RGB crops with two verifier renders each. The baseline only takes the mean squared differences of the same pixels.</summary>
[MemoryDiagnoser]
public class NoiseAwareFrameCheckBenchmarks
{
    private readonly NoiseAwareFrameCheck _check = new();
    private FrameCrop[] _crops = [];

    [Params(1, 4)]
    public int Crops { get; set; }

    [Params(8, 16)]
    public int Side { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        var shape = new ImageShape(Side, Side, 3);
        float[] Render() => [.. Enumerable.Range(0, shape.Length).Select(i => (float)(0.5 + (0.2 * Math.Sin(i)) - (0.1 * Math.Log(1 - random.NextDouble()))))];
        _crops = [.. Enumerable.Range(0, Crops).Select(_ => new FrameCrop(shape, Render(), Render(), Render()))];
    }

    [Benchmark(Baseline = true)]
    public double Differences()
    {
        double sum = 0;
        foreach (FrameCrop crop in _crops)
        {
            sum += MeanSquaredError.Compute(crop.Candidate.Span, crop.Renders[0].Span, crop.Shape).Value;
            sum += MeanSquaredError.Compute(crop.Candidate.Span, crop.Renders[1].Span, crop.Shape).Value;
            sum += MeanSquaredError.Compute(crop.Renders[0].Span, crop.Renders[1].Span, crop.Shape).Value;
        }

        return sum;
    }

    [Benchmark]
    public double Check() => _check.Check(_crops).PValue;
}
