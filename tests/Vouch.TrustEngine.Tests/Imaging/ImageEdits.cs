using Vouch.TrustEngine.Imaging;

namespace Vouch.TrustEngine.Tests.Imaging;

/// <summary>What cheats do to pixels.</summary>
internal static class ImageEdits
{
    public static float[] Scale(float[] pixels, double red, double green, double blue) =>
        [.. pixels.Select((value, index) => (float)(value * (index % 3 == 0 ? red : index % 3 == 1 ? green : blue)))];

    public static float[] Convolve(float[] pixels, ImageShape shape, Func<float[], float> over, int radius = 1)
    {
        float[] result = new float[pixels.Length];
        for (int y = 0; y < shape.Height; y++)
        {
            for (int x = 0; x < shape.Width; x++)
            {
                for (int channel = 0; channel < shape.Channels; channel++)
                {
                    var near = new List<float>();
                    for (int v = y - radius; v <= y + radius; v++)
                    {
                        for (int u = x - radius; u <= x + radius; u++)
                        {
                            int row = Math.Clamp(v, 0, shape.Height - 1), column = Math.Clamp(u, 0, shape.Width - 1);
                            near.Add(pixels[(((row * shape.Width) + column) * shape.Channels) + channel]);
                        }
                    }

                    result[(((y * shape.Width) + x) * shape.Channels) + channel] = over([.. near]);
                }
            }
        }

        return result;
    }

    public static float[] Median(float[] pixels, ImageShape shape) => Convolve(pixels, shape, near => near.Order().ElementAt(near.Length / 2));

    public static float[] Blur(float[] pixels, ImageShape shape) => Convolve(pixels, shape, near => near.Average());

    /// <summary>Half the resolution, blown up again bilinearly.</summary>
    public static float[] HalfResolution(float[] pixels, ImageShape shape)
    {
        int halfWidth = shape.Width / 2, halfHeight = shape.Height / 2;
        float Half(int x, int y, int channel)
        {
            x = Math.Clamp(x, 0, halfWidth - 1);
            y = Math.Clamp(y, 0, halfHeight - 1);
            float At(int u, int v) => pixels[(((((2 * y) + v) * shape.Width) + (2 * x) + u) * shape.Channels) + channel];
            return (At(0, 0) + At(1, 0) + At(0, 1) + At(1, 1)) / 4;
        }

        float[] result = new float[pixels.Length];
        for (int y = 0; y < shape.Height; y++)
        {
            for (int x = 0; x < shape.Width; x++)
            {
                double u = ((x + 0.5) / 2) - 0.5, v = ((y + 0.5) / 2) - 0.5;
                int left = (int)Math.Floor(u), top = (int)Math.Floor(v);
                double right = u - left, down = v - top;
                for (int channel = 0; channel < shape.Channels; channel++)
                {
                    result[(((y * shape.Width) + x) * shape.Channels) + channel] = (float)(
                        ((1 - right) * (1 - down) * Half(left, top, channel)) + (right * (1 - down) * Half(left + 1, top, channel))
                        + ((1 - right) * down * Half(left, top + 1, channel)) + (right * down * Half(left + 1, top + 1, channel)));
                }
            }
        }

        return result;
    }
}
