using Vouch.TrustEngine.Imaging;

namespace Vouch.TrustEngine.Tests.Imaging;

/// <summary>
/// Renders pictures as a path tracer would: every pixel is the mean of independent samples whose law has a heavy tail, differs from pixel to pixel (edges, shadow, light) and is mostly,
/// but not wholly, common to the three channels.
/// </summary>
internal sealed class SyntheticRenderer(int width, int height, int scene)
{
    private readonly Random _layout = new(scene);
    private double[]? _mean;

    public ImageShape Shape { get; } = new(width, height, 3);

    /// <summary>The expected picture.</summary>
    public double[] Mean => _mean ??= Paint();

    public float[] Render(int samples, Random random)
    {
        float[] pixels = new float[Shape.Length];
        double[] sum = new double[3];
        for (int pixel = 0; pixel < Shape.Pixels; pixel++)
        {
            // Shadowed parts see the light in one sample out of many; a few samples are fireflies.
            double hit = 0.15 + (0.7 * Math.Abs(Math.Sin(0.11 * (pixel % width)) * Math.Cos(0.07 * (pixel / width))));
            int at = pixel * 3;
            Array.Clear(sum);
            for (int sample = 0; sample < samples; sample++)
            {
                if (random.NextDouble() >= hit)
                {
                    continue;
                }

                double common = -Math.Log(1 - random.NextDouble()) / hit;
                if (random.NextDouble() < 0.001)
                {
                    common *= 60;
                }

                for (int channel = 0; channel < 3; channel++)
                {
                    sum[channel] += common * (0.7 + (0.6 * random.NextDouble()));
                }
            }

            for (int channel = 0; channel < 3; channel++)
            {
                pixels[at + channel] = (float)(Mean[at + channel] * sum[channel] / samples);
            }
        }

        return pixels;
    }

    private double[] Paint()
    {
        double[] mean = new double[Shape.Length];
        double phase = _layout.NextDouble() * 6, slope = _layout.NextDouble();
        double[] tone = [0.3 + _layout.NextDouble(), 0.3 + _layout.NextDouble(), 0.3 + _layout.NextDouble()];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double edge = x + (slope * y) > 0.6 * width ? 0.35 : 1;
                double texture = 1 + (0.3 * Math.Sin((0.9 * x) + phase) * Math.Cos((0.7 * y) + phase));
                double gradient = 0.4 + (0.6 * y / height);
                for (int channel = 0; channel < 3; channel++)
                {
                    mean[(((y * width) + x) * 3) + channel] = tone[channel] * edge * texture * gradient * (channel == 0 ? 1.1 : 1);
                }
            }
        }

        return mean;
    }
}
