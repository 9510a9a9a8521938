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
