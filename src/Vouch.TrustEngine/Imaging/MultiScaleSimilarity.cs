using System.Buffers;
using System.Numerics;

namespace Vouch.TrustEngine.Imaging;

/// <summary>Multi-scale structural similarity (MS-SSIM): the structure terms of five scales and the luminance term of the coarsest, each to its weight.</summary>
/// <remarks>
/// <para>Scales follow from the mean of 2 x 2 pixels at every second pixel; an odd last row or column is left out. Weights 0.0448, 0.2856, 0.3001, 0.2363, 0.1333; Gaussian window, K1, K2 and edge rule as in
/// <see cref="StructuralSimilarity"/> with <see cref="SimilarityBorder.Valid"/>. A scale whose mean structure is negative counts as 0. The coarsest scale must hold a window: 176 pixels and more on the shorter side, else
/// <see cref="ImageComparisonStatus.TooSmall"/>.</para>
/// <para>O(values) time and no allocation once warm, double precision. Pure and safe to call from any thread.</para>
/// <para>Source: Z. Wang, E. P. Simoncelli, A. C. Bovik, "Multi-scale structural similarity for image quality assessment", Asilomar Conference on Signals, Systems and Computers, 2003.</para>
/// </remarks>
public static class MultiScaleSimilarity
{
    private static readonly double[] Weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

    /// <summary>Measures luma, Y = 0.299 R + 0.587 G + 0.114 B without rounding, or the one channel of a grey image.</summary>
    /// <typeparam name="T">A primitive number type.</typeparam>
    /// <param name="reference">The reference's values, <see cref="ImageShape.Length"/> of them.</param>
    /// <param name="candidate">The candidate's values, as many.</param>
    /// <param name="shape">The shape of both, with 1 or 3 channels or more.</param>
    /// <param name="dynamicRange">The difference between the largest and the smallest value a pixel can have; null for the whole range of an integer type (255 for bytes) and 1 for floating-point types.</param>
    /// <returns>A figure in [0, 1], or why there is none; it has no worst tile.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dynamicRange"/> is not a finite number above 0.</exception>
    public static ImageSimilarity Luma<T>(ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape, double? dynamicRange = null)
        where T : unmanaged, INumber<T>
    {
        double range = dynamicRange ?? PlaneReader.DefaultRange<T>();
        if (!(range > 0 && double.IsFinite(range)))
        {
            throw new ArgumentOutOfRangeException(nameof(dynamicRange), range, "The dynamic range is a finite number above 0.");
        }

        ImageComparisonStatus status = reference.Length != shape.Length || candidate.Length != shape.Length || shape.Length == 0 ? ImageComparisonStatus.SizeMismatch
            : shape.Channels == 2 ? ImageComparisonStatus.WrongChannels
            : Math.Min(shape.Width, shape.Height) >> (Weights.Length - 1) < StructuralSimilarity.WindowSize ? ImageComparisonStatus.TooSmall
            : !PlaneReader.AllFinite(reference) || !PlaneReader.AllFinite(candidate) ? ImageComparisonStatus.NonFinite
            : ImageComparisonStatus.Compared;
        return status == ImageComparisonStatus.Compared ? Measure(reference, candidate, shape, range) : ImageSimilarity.Failed(status);
    }

    private static ImageSimilarity Measure<T>(ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape, double range)
        where T : unmanaged, INumber<T>
    {
        double[] rented = ArrayPool<double>.Shared.Rent(2 * shape.Pixels);
        try
        {
            Span<double> first = rented.AsSpan(0, shape.Pixels), second = rented.AsSpan(shape.Pixels, shape.Pixels);
            int plane = shape.Channels == 1 ? 0 : PlaneReader.Luma;
            PlaneReader.Read(reference, shape.Channels, plane, first);
            PlaneReader.Read(candidate, shape.Channels, plane, second);
            int width = shape.Width, height = shape.Height;
            double product = 1;
            for (int scale = 0; scale < Weights.Length; scale++)
            {
                bool last = scale == Weights.Length - 1;
                ImageSimilarity one = StructuralSimilarity.MeasureScale(first[..(width * height)], second[..(width * height)], new ImageShape(width, height), range, structureOnly: !last);
                if (!one.IsCompared)
                {
                    return one;
                }

                product *= Math.Pow(Math.Max(0, one.Value), Weights[scale]);
                if (!last)
                {
                    Halve(first, width, height);
                    Halve(second, width, height);
                    (width, height) = (width / 2, height / 2);
                }
            }

            return new ImageSimilarity(ImageComparisonStatus.Compared, product, double.NaN);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    // In place: every value is read before its place is written.
    private static void Halve(Span<double> plane, int width, int height)
    {
        int halfWidth = width / 2;
        for (int y = 0; y < height / 2; y++)
        {
            ReadOnlySpan<double> upper = plane.Slice(2 * y * width, width), lower = plane.Slice(((2 * y) + 1) * width, width);
            Span<double> target = plane.Slice(y * halfWidth, halfWidth);
            for (int x = 0; x < halfWidth; x++)
            {
                target[x] = 0.25 * (upper[2 * x] + upper[(2 * x) + 1] + lower[2 * x] + lower[(2 * x) + 1]);
            }
        }
    }
}
