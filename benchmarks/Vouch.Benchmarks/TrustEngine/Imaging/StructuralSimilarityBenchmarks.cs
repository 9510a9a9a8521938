using BenchmarkDotNet.Attributes;
using Vouch.TrustEngine.Imaging;

namespace Vouch.Benchmarks.TrustEngine.Imaging;

/// <summary>SSIM of a 1920 x 1080 luma pair. The baseline is the plain way to the same figure: separable Gaussian filters over five planes in scalar double precision.</summary>
[MemoryDiagnoser]
public class StructuralSimilarityBenchmarks
{
    private static readonly ImageShape Shape = new(1920, 1080);
    private static readonly SimilarityOptions Options = new() { DynamicRange = 255 };
    private readonly float[] _x = new float[Shape.Length];
    private readonly float[] _y = new float[Shape.Length];
    private readonly byte[] _bytesX = new byte[Shape.Length];
    private readonly byte[] _bytesY = new byte[Shape.Length];

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (int i = 0; i < _x.Length; i++)
        {
            double value = 128 + (90 * Math.Sin(i % 1920 * 0.02) * Math.Cos(i / 1920 * 0.03));
            _bytesX[i] = (byte)value;
            _bytesY[i] = (byte)(value + (20 * random.NextDouble()));
            _x[i] = _bytesX[i];
            _y[i] = _bytesY[i];
        }
    }

    [Benchmark(Baseline = true)]
    public double Plain()
    {
        double[] window = [.. Enumerable.Range(-5, 11).Select(i => Math.Exp(-i * i / 4.5))];
        double sum = window.Sum();
        window = [.. window.Select(weight => weight / sum)];
        double[] x = new double[_x.Length], y = new double[_x.Length], products = new double[_x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            (x[i], y[i], products[i]) = (_x[i], _y[i], (double)_x[i] * _y[i]);
        }

        double[] meanX = Filter(x, window), meanY = Filter(y, window), xy = Filter(products, window);
        for (int i = 0; i < x.Length; i++)
        {
            (x[i], y[i]) = (x[i] * x[i], y[i] * y[i]);
        }

        double[] xx = Filter(x, window), yy = Filter(y, window);
        double total = 0;
        for (int i = 0; i < meanX.Length; i++)
        {
            double mx = meanX[i], my = meanY[i];
            total += ((2 * mx * my) + 6.5025) * ((2 * (xy[i] - (mx * my))) + 58.5225)
                / (((mx * mx) + (my * my) + 6.5025) * (xx[i] - (mx * mx) + yy[i] - (my * my) + 58.5225));
        }

        return total / meanX.Length;
    }

    [Benchmark]
    public double Singles() => StructuralSimilarity.Luma<float>(_x, _y, Shape, Options).Value;

    [Benchmark]
    public double Bytes() => StructuralSimilarity.Luma<byte>(_bytesX, _bytesY, Shape).Value;

    private static double[] Filter(double[] plane, double[] window)
    {
        int width = Shape.Width, height = Shape.Height, columns = width - 10, rows = height - 10;
        double[] vertical = new double[width * rows], result = new double[columns * rows];
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double sum = 0;
                for (int k = 0; k < 11; k++)
                {
                    sum += window[k] * plane[((y + k) * width) + x];
                }

                vertical[(y * width) + x] = sum;
            }
        }

        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                double sum = 0;
                for (int k = 0; k < 11; k++)
                {
                    sum += window[k] * vertical[(y * width) + x + k];
                }

                result[(y * columns) + x] = sum;
            }
        }

        return result;
    }
}
