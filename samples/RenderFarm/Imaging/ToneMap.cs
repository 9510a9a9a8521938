using RenderFarm.Tracing;

namespace RenderFarm.Imaging;

/// <summary>Turns linear radiance into the eight bits per channel of a screen.</summary>
internal static class ToneMap
{
    // Below the knee the curve is the identity; above it, it bends towards 1 without ever reaching it, so lamps keep their shape.
    private const float Knee = 0.8f;

    /// <summary>Encodes a picture.</summary>
    /// <param name="radiance">Linear radiance, three floats per pixel. What is not a number, or negative, becomes black; infinity becomes white.</param>
    /// <param name="exposure">What the radiance is multiplied by first.</param>
    /// <returns>sRGB bytes in the same order.</returns>
    public static byte[] Encode(ReadOnlySpan<float> radiance, float exposure = 1)
    {
        byte[] bytes = new byte[radiance.Length];
        for (int index = 0; index < bytes.Length; index++)
        {
            bytes[index] = Encode(exposure * radiance[index]);
        }

        return bytes;
    }

    public static byte[] Encode(ImageTile tile, float exposure = 1) => Encode(tile.Rgb, exposure);

    /// <summary>An exposure that shows a picture at a medium brightness: the median of the lit pixels' luminance becomes 0.25.</summary>
    /// <returns>A factor in [1/1024, 1024]; 1 when nothing is lit.</returns>
    public static float SuggestExposure(ReadOnlySpan<float> radiance)
    {
        var lit = new List<float>(radiance.Length / 3);
        for (int index = 0; index + 2 < radiance.Length; index += 3)
        {
            // Luminance of linear sRGB, ITU-R BT.709.
            float luminance = (0.2126f * radiance[index]) + (0.7152f * radiance[index + 1]) + (0.0722f * radiance[index + 2]);
            if (luminance > 0 && float.IsFinite(luminance))
            {
                lit.Add(luminance);
            }
        }

        lit.Sort();
        return lit.Count == 0 ? 1 : Math.Clamp(0.25f / lit[lit.Count / 2], 1f / 1024, 1024);
    }

    /// <summary>Encodes one value.</summary>
    public static byte Encode(float linear) => (byte)((255 * Compress(linear)) + 0.5f);

    /// <summary>The value between 0 and 1 that <see cref="Encode(float)"/> rounds: a soft shoulder, then the sRGB transfer function of IEC 61966-2-1.</summary>
    public static float Compress(float linear)
    {
        if (!(linear > 0))
        {
            return 0;
        }

        float soft = linear <= Knee ? linear : Knee + ((1 - Knee) * (1 - MathF.Exp((Knee - linear) / (1 - Knee))));
        return soft <= 0.0031308f ? 12.92f * soft : (1.055f * MathF.Pow(soft, 1 / 2.4f)) - 0.055f;
    }
}
