using System.Numerics;

namespace Vouch.TrustEngine.Imaging;

/// <summary>The peak signal-to-noise ratio (PSNR) of two images in decibels: 10 log10(range² / mean squared error), positive infinity for equal images.</summary>
/// <remarks>O(values) time, no allocation. Pure and safe to call from any thread.</remarks>
public static class PeakSignalToNoiseRatio
{
    /// <summary>Measures over all values of all channels.</summary>
    /// <typeparam name="T">A primitive number type.</typeparam>
    /// <param name="reference">The reference's values, <see cref="ImageShape.Length"/> of them.</param>
    /// <param name="candidate">The candidate's values, as many.</param>
    /// <param name="shape">The shape of both.</param>
    /// <param name="dynamicRange">The difference between the largest and the smallest value a pixel can have; null for the whole range of an integer type (255 for bytes) and 1 for floating-point types.</param>
    /// <returns>Decibels, or why there are none.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dynamicRange"/> is not a finite number above 0.</exception>
    public static ImageSimilarity Compute<T>(ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape, double? dynamicRange = null)
        where T : unmanaged, INumber<T> => Decibels<T>(MeanSquaredError.Compute(reference, candidate, shape), dynamicRange);

    /// <summary>Measures luma, Y = 0.299 R + 0.587 G + 0.114 B without rounding, or the one channel of a grey image.</summary>
    /// <inheritdoc cref="Compute{T}"/>
    public static ImageSimilarity Luma<T>(ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape, double? dynamicRange = null)
        where T : unmanaged, INumber<T> => Decibels<T>(MeanSquaredError.Luma(reference, candidate, shape), dynamicRange);

    private static ImageSimilarity Decibels<T>(ImageSimilarity error, double? dynamicRange)
        where T : unmanaged, INumber<T>
    {
        double range = dynamicRange ?? PlaneReader.DefaultRange<T>();
        if (!(range > 0 && double.IsFinite(range)))
        {
            throw new ArgumentOutOfRangeException(nameof(dynamicRange), range, "The dynamic range is a finite number above 0.");
        }

        return error.IsCompared ? error with { Value = (20 * Math.Log10(range)) - (10 * Math.Log10(error.Value)) } : error;
    }
}
