using BenchmarkDotNet.Attributes;
using Vouch.TrustEngine.Imaging;

namespace Vouch.Benchmarks.TrustEngine.Imaging;

/// <summary>The metrics of a 1920 x 1080 colour frame in bytes, beside the SSIM of its luma.</summary>
[MemoryDiagnoser]
public class FrameMetricsBenchmarks
{
    private static readonly ImageShape Shape = new(1920, 1080, 3);
    private readonly byte[] _reference = new byte[Shape.Length];
    private readonly byte[] _candidate = new byte[Shape.Length];

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (int i = 0; i < _reference.Length; i++)
        {
            int pixel = i / Shape.Channels, channel = i % Shape.Channels;
            double value = 118 + (90 * Math.Sin((pixel % Shape.Width * 0.02) + channel) * Math.Cos(pixel / Shape.Width * 0.03));
            _reference[i] = (byte)value;
            _candidate[i] = (byte)(value + (20 * random.NextDouble()));
        }
    }

    [Benchmark(Baseline = true)]
    public double Ssim() => StructuralSimilarity.Luma<byte>(_reference, _candidate, Shape).Value;

    [Benchmark]
    public double Psnr() => PeakSignalToNoiseRatio.Luma<byte>(_reference, _candidate, Shape).Value;

    [Benchmark]
    public double MultiScaleSsim() => MultiScaleSimilarity.Luma<byte>(_reference, _candidate, Shape).Value;

    [Benchmark]
    public double BlockSsim() => BlockSimilarity.Luma(_reference, _candidate, Shape).Value;

    [Benchmark]
    public double BlockSsimPerChannel() => BlockSimilarity.PerChannel(_reference, _candidate, Shape).Value;

    [Benchmark]
    public double Flip() => FlipDifference.Measure<byte>(_reference, _candidate, Shape).Mean;
}
