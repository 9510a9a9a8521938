using System.Numerics;
using System.Numerics.Tensors;

namespace Vouch.TrustEngine.Imaging;

/// <summary>The mean squared difference of two images, in squared units of their values.</summary>
/// <remarks>O(values) time, no allocation. Pure and safe to call from any thread. Differences and their sum are taken in double precision.</remarks>
public static class MeanSquaredError
{
    private const int Block = 512;

    /// <summary>Measures over all values of all channels.</summary>
    /// <typeparam name="T">A primitive number type.</typeparam>
    /// <param name="reference">The reference's values, <see cref="ImageShape.Length"/> of them.</param>
    /// <param name="candidate">The candidate's values, as many.</param>
    /// <param name="shape">The shape of both.</param>
    /// <returns>0 or more, or why there is none; squares that overflow count as <see cref="ImageComparisonStatus.NonFinite"/>.</returns>
    public static ImageSimilarity Compute<T>(ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape)
        where T : unmanaged, INumber<T> => Measure(reference, candidate, shape, 1, 0);

    /// <summary>Measures luma, Y = 0.299 R + 0.587 G + 0.114 B without rounding, or the one channel of a grey image.</summary>
    /// <inheritdoc cref="Compute{T}"/>
    public static ImageSimilarity Luma<T>(ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape)
        where T : unmanaged, INumber<T> => shape.Channels switch
        {
            1 => Measure(reference, candidate, shape, 1, 0),
            2 => ImageSimilarity.Failed(ImageComparisonStatus.WrongChannels),
            _ => Measure(reference, candidate, shape, shape.Channels, PlaneReader.Luma),
        };

    private static ImageSimilarity Measure<T>(ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape, int channels, int plane)
        where T : unmanaged, INumber<T>
    {
        if (reference.Length != shape.Length || candidate.Length != shape.Length || shape.Length == 0)
        {
            return ImageSimilarity.Failed(ImageComparisonStatus.SizeMismatch);
        }

        // Blocks of pixels (or of plain values where channels do not matter) that stay in the first-level cache.
        Span<double> first = stackalloc double[Block];
        Span<double> second = stackalloc double[Block];
        int items = shape.Length / channels;
        double sum = 0;
        for (int start = 0; start < items; start += Block)
        {
            int count = Math.Min(Block, items - start);
            PlaneReader.Read(reference.Slice(start * channels, count * channels), channels, plane, first[..count]);
            PlaneReader.Read(candidate.Slice(start * channels, count * channels), channels, plane, second[..count]);
            sum += SquaredDistance(first[..count], second[..count]);
        }

        double mean = sum / items;
        return double.IsFinite(mean)
            ? new ImageSimilarity(ImageComparisonStatus.Compared, mean, double.NaN)
            : ImageSimilarity.Failed(ImageComparisonStatus.NonFinite);
    }

    private static double SquaredDistance(Span<double> first, ReadOnlySpan<double> second)
    {
        TensorPrimitives.Subtract(first, second, first);
        return TensorPrimitives.SumOfSquares<double>(first);
    }
}
