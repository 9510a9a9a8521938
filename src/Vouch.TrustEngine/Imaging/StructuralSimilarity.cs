using System.Numerics;

namespace Vouch.TrustEngine.Imaging;

/// <summary>The structural similarity index (SSIM) of two images: 1 for equal images, lower for less alike ones, at times below 0.</summary>
/// <remarks>
/// <para>Gaussian window of 11 x 11 pixels with a standard deviation of 1.5, K1 = 0.01, K2 = 0.03, biased covariance, every window counted (no stride), computed in double
/// precision by separable filters. Two images of w x h pixels take O(w h) time and, once warm, no allocation.</para>
/// <para>Any primitive number type will do: values are taken as they stand, so linear-light and sRGB images give different figures. All members are pure and safe to call from any thread.</para>
/// <para>A high SSIM does not show that a render is honest: a denoised or blurred render scores better than an honest one. <see cref="NoiseAwareFrameCheck"/> answers that question.</para>
/// <para>Source: Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, "Image quality assessment: from error visibility to structural similarity", IEEE Transactions on Image Processing 13(4), 2004.</para>
/// </remarks>
public static partial class StructuralSimilarity
{
    /// <summary>The side of the window, in pixels: the smallest width and height that <see cref="SimilarityBorder.Valid"/> can measure.</summary>
    public const int WindowSize = 11;

    /// <summary>Measures luma, Y = 0.299 R + 0.587 G + 0.114 B without rounding, or the one channel of a grey image.</summary>
    /// <typeparam name="T">A primitive number type.</typeparam>
    /// <param name="reference">The reference's values, <see cref="ImageShape.Length"/> of them.</param>
    /// <param name="candidate">The candidate's values, as many.</param>
    /// <param name="shape">The shape of both, with 1 or 3 channels (more channels: the first three are taken as R, G and B).</param>
    /// <param name="options">How to measure; null for <see cref="SimilarityOptions.Default"/>.</param>
    /// <returns>The mean of the similarity map and the lowest mean over its tiles, or why there is none.</returns>
    public static ImageSimilarity Luma<T>(ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape, SimilarityOptions? options = null)
        where T : unmanaged, INumber<T>
    {
        options ??= SimilarityOptions.Default;
        return shape.Channels == 2
            ? ImageSimilarity.Failed(ImageComparisonStatus.WrongChannels)
            : Measure(reference, candidate, shape, shape.Channels == 1 ? 0 : PlaneReader.Luma, 1, options, []);
    }

    /// <summary>Measures every channel by itself and takes the mean; the worst tile is the worst of any channel.</summary>
    /// <inheritdoc cref="Luma{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, ImageShape, SimilarityOptions?)"/>
    /// <param name="reference">The reference's values, <see cref="ImageShape.Length"/> of them.</param>
    /// <param name="candidate">The candidate's values, as many.</param>
    /// <param name="shape">The shape of both.</param>
    /// <param name="options">How to measure; null for <see cref="SimilarityOptions.Default"/>.</param>
    public static ImageSimilarity PerChannel<T>(ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape, SimilarityOptions? options = null)
        where T : unmanaged, INumber<T>
    {
        options ??= SimilarityOptions.Default;
        double sum = 0, worst = double.PositiveInfinity;
        for (int channel = 0; channel < Math.Max(shape.Channels, 1); channel++)
        {
            ImageSimilarity one = Measure(reference, candidate, shape, channel, 1, options, []);
            if (!one.IsCompared)
            {
                return one;
            }

            sum += one.Value;
            worst = Math.Min(worst, one.WorstTile);
        }

        return new ImageSimilarity(ImageComparisonStatus.Compared, sum / shape.Channels, worst);
    }

    /// <summary>Measures one channel.</summary>
    /// <inheritdoc cref="Luma{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, ImageShape, SimilarityOptions?)"/>
    /// <param name="reference">The reference's values, <see cref="ImageShape.Length"/> of them.</param>
    /// <param name="candidate">The candidate's values, as many.</param>
    /// <param name="shape">The shape of both.</param>
    /// <param name="channel">The channel, from 0.</param>
    /// <param name="options">How to measure; null for <see cref="SimilarityOptions.Default"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="channel"/> is not one of the shape's.</exception>
    public static ImageSimilarity Channel<T>(
        ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape, int channel, SimilarityOptions? options = null)
        where T : unmanaged, INumber<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(channel);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(channel, shape.Channels);
        return Measure(reference, candidate, shape, channel, 1, options ?? SimilarityOptions.Default, []);
    }

    /// <summary>Measures luma after the mean over blocks of F x F pixels, F = max(1, round(min(width, height) / 256)) with halves to even, as suits the usual viewing distance of larger images.</summary>
    /// <inheritdoc cref="Luma{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, ImageShape, SimilarityOptions?)"/>
    /// <param name="reference">The reference's values, <see cref="ImageShape.Length"/> of them.</param>
    /// <param name="candidate">The candidate's values, as many.</param>
    /// <param name="shape">The shape of both, with 1 or 3 channels or more.</param>
    /// <param name="options">How to measure; null for <see cref="SimilarityOptions.Default"/>.</param>
    /// <remarks>Rows and columns that fill no whole block are left out. Source: Z. Wang, suggested usage of <c>ssim.m</c>.</remarks>
    public static ImageSimilarity Pooled<T>(ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape, SimilarityOptions? options = null)
        where T : unmanaged, INumber<T>
    {
        options ??= SimilarityOptions.Default;
        return shape.Channels == 2
            ? ImageSimilarity.Failed(ImageComparisonStatus.WrongChannels)
            : Measure(reference, candidate, shape, shape.Channels == 1 ? 0 : PlaneReader.Luma, PoolingFactor(shape), options, []);
    }

    /// <summary>Measures luma and writes the similarity map.</summary>
    /// <inheritdoc cref="Luma{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, ImageShape, SimilarityOptions?)"/>
    /// <param name="reference">The reference's values, <see cref="ImageShape.Length"/> of them.</param>
    /// <param name="candidate">The candidate's values, as many.</param>
    /// <param name="shape">The shape of both, with 1 or 3 channels or more.</param>
    /// <param name="map">Takes the map, row after row: (width - 10) x (height - 10) values for <see cref="SimilarityBorder.Valid"/>, width x height for <see cref="SimilarityBorder.Replicate"/>.</param>
    /// <param name="options">How to measure; null for <see cref="SimilarityOptions.Default"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="map"/> is shorter than the map.</exception>
    public static ImageSimilarity LumaMap<T>(
        ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape, Span<double> map, SimilarityOptions? options = null)
        where T : unmanaged, INumber<T>
    {
        options ??= SimilarityOptions.Default;
        int cut = options.Border == SimilarityBorder.Valid ? WindowSize - 1 : 0;
        long needed = Math.Max(0L, shape.Width - cut) * Math.Max(0L, shape.Height - cut);
        if (map.Length < needed)
        {
            throw new ArgumentException($"The map takes {needed} values; the span holds {map.Length}.", nameof(map));
        }

        return shape.Channels == 2
            ? ImageSimilarity.Failed(ImageComparisonStatus.WrongChannels)
            : Measure(reference, candidate, shape, shape.Channels == 1 ? 0 : PlaneReader.Luma, 1, options, map[..(int)needed]);
    }

    /// <summary>The side of the blocks that <see cref="Pooled{T}"/> averages over.</summary>
    /// <param name="shape">The shape of the images.</param>
    /// <returns>1 or more.</returns>
    public static int PoolingFactor(ImageShape shape) =>
        Math.Max(1, (int)Math.Round(Math.Min(shape.Width, shape.Height) / 256.0, MidpointRounding.ToEven));
}
