using RenderFarm.Tracing;

namespace RenderFarm.Imaging;

/// <summary>Shows where two pictures differ, in false colour from dark blue (no difference) over red to pale yellow.</summary>
internal static class DifferenceMap
{
    // Corners of a dark-to-bright ramp whose lightness rises evenly, so that it reads the same for people who see few colours.
    private static readonly (float R, float G, float B)[] Ramp =
        [(8, 8, 32), (66, 20, 104), (147, 38, 103), (221, 81, 58), (252, 165, 10), (252, 255, 184)];

    /// <summary>Draws the map.</summary>
    /// <param name="first">One picture, linear radiance.</param>
    /// <param name="second">The other; a pixel that is not there or not a number counts as fully different.</param>
    /// <param name="exposure">The exposure that both are shown with.</param>
    /// <param name="fullScale">The difference of displayed brightness (0 to 1) that is drawn brightest.</param>
    /// <returns>sRGB bytes of the size of <paramref name="first"/>.</returns>
    public static byte[] Draw(ImageTile first, ImageTile second, float exposure = 1, float fullScale = 0.25f)
    {
        byte[] rgb = new byte[3 * first.Region.PixelCount];
        for (int y = 0; y < first.Region.Height; y++)
        {
            for (int x = 0; x < first.Region.Width; x++)
            {
                int at = 3 * ((y * first.Region.Width) + x);
                (rgb[at], rgb[at + 1], rgb[at + 2]) = Colour(Difference(first, second, x, y, exposure) / fullScale);
            }
        }

        return rgb;
    }

    /// <summary>The mean difference of displayed brightness, from 0 to 1.</summary>
    public static double Mean(ImageTile first, ImageTile second, float exposure = 1)
    {
        double sum = 0;
        for (int y = 0; y < first.Region.Height; y++)
        {
            for (int x = 0; x < first.Region.Width; x++)
            {
                sum += Difference(first, second, x, y, exposure);
            }
        }

        return sum / Math.Max(1, first.Region.PixelCount);
    }

    /// <summary>The ramp's colour for a share from 0 to 1; outside it, the nearer end.</summary>
    public static (byte R, byte G, byte B) Colour(float share)
    {
        float place = (share > 0 ? Math.Min(share, 1) : 0) * (Ramp.Length - 1);
        int index = Math.Min((int)place, Ramp.Length - 2);
        float part = place - index;
        (float R, float G, float B) low = Ramp[index];
        (float R, float G, float B) high = Ramp[index + 1];
        return (Mix(low.R, high.R, part), Mix(low.G, high.G, part), Mix(low.B, high.B, part));
    }

    private static byte Mix(float low, float high, float part) => (byte)(low + ((high - low) * part) + 0.5f);

    private static float Difference(ImageTile first, ImageTile second, int x, int y, float exposure)
    {
        if (x >= second.Region.Width || y >= second.Region.Height)
        {
            return 1;
        }

        int a = 3 * ((y * first.Region.Width) + x);
        int b = 3 * ((y * second.Region.Width) + x);
        if (b + 2 >= second.Rgb.Length)
        {
            return 1;
        }

        float most = 0;
        for (int channel = 0; channel < 3; channel++)
        {
            if (!float.IsFinite(second.Rgb[b + channel]))
            {
                return 1;
            }

            most = Math.Max(most, Math.Abs(ToneMap.Compress(exposure * first.Rgb[a + channel]) - ToneMap.Compress(exposure * second.Rgb[b + channel])));
        }

        return most;
    }
}
