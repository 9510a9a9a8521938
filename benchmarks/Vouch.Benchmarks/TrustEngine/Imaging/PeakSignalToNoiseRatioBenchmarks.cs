using BenchmarkDotNet.Attributes;
using Vouch.TrustEngine.Imaging;

namespace Vouch.Benchmarks.TrustEngine.Imaging;

/// <summary>PSNR of a 1920 x 1080 luma pair. The baseline is a plain loop.</summary>
[MemoryDiagnoser]
public class PeakSignalToNoiseRatioBenchmarks
{
    private static readonly ImageShape Shape = new(1920, 1080);
    private readonly float[] _x = new float[Shape.Length];
    private readonly float[] _y = new float[Shape.Length];

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (int i = 0; i < _x.Length; i++)
        {
            _x[i] = (float)random.NextDouble();
            _y[i] = (float)random.NextDouble();
        }
    }

    [Benchmark(Baseline = true)]
    public double Plain()
    {
        double sum = 0;
        for (int i = 0; i < _x.Length; i++)
        {
            double difference = (double)_x[i] - _y[i];
            sum += difference * difference;
        }

        return -10 * Math.Log10(sum / _x.Length);
    }

    [Benchmark]
    public double Vouch() => PeakSignalToNoiseRatio.Compute<float>(_x, _y, Shape).Value;
}
