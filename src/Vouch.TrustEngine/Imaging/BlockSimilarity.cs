using System.Buffers;

namespace Vouch.TrustEngine.Imaging;

/// <summary>The quick SSIM of ffmpeg's <c>ssim</c> filter: plain windows of 8 x 8 pixels at every fourth pixel, in whole numbers. For bytes.</summary>
/// <remarks>
/// <para>The image is cut into blocks of 4 x 4 pixels (columns and rows that fill none are left out); each window is 2 x 2 of them. Sums are exact whole numbers, the ratio of each window is single precision as in ffmpeg,
/// and the mean is over all windows. Several times as fast as <see cref="StructuralSimilarity"/> and without its isotropic window: fit for a first look, not for figures that are compared with published SSIM.</para>
/// <para>O(values) time and no allocation once warm; the same figure with and without vectors. All members are pure and safe to call from any thread.</para>
/// <para>Source: the filter's documented behaviour (ffmpeg 5.1, vf_ssim); constants of Wang et al. 2004 with a range of 255.</para>
/// </remarks>
public static class BlockSimilarity
{
    private const int Block = 4;

    /// <summary>Measures every channel by itself and takes the mean: ffmpeg's "All" figure on planar RGB (<c>gbrp</c>), or the figure of a grey image.</summary>
    /// <param name="reference">The reference's values, <see cref="ImageShape.Length"/> of them.</param>
    /// <param name="candidate">The candidate's values, as many.</param>
    /// <param name="shape">The shape of both.</param>
    /// <returns>The mean similarity and that of the worst channel as the worst tile, or why there is none; <see cref="ImageComparisonStatus.TooSmall"/> below 8 x 8 pixels.</returns>
    public static ImageSimilarity PerChannel(ReadOnlySpan<byte> reference, ReadOnlySpan<byte> candidate, ImageShape shape)
    {
        if (Refuse(reference, candidate, shape) is { } refused)
        {
            return refused;
        }

        double sum = 0, worst = double.PositiveInfinity;
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            double one = Measure(reference, candidate, shape, channel);
            sum += one;
            worst = Math.Min(worst, one);
        }

        return new ImageSimilarity(ImageComparisonStatus.Compared, sum / shape.Channels, worst);
    }

    /// <summary>Measures luma as ffmpeg sees it after conversion to 8-bit grey (<c>gray</c>), or the one channel of a grey image.</summary>
    /// <inheritdoc cref="PerChannel"/>
    /// <param name="reference">The reference's values, <see cref="ImageShape.Length"/> of them.</param>
    /// <param name="candidate">The candidate's values, as many.</param>
    /// <param name="shape">The shape of both, with 1 or 3 channels or more.</param>
    /// <returns>The mean similarity, or why there is none; <see cref="ImageComparisonStatus.TooSmall"/> below 8 x 8 pixels.</returns>
    public static ImageSimilarity Luma(ReadOnlySpan<byte> reference, ReadOnlySpan<byte> candidate, ImageShape shape) =>
        Refuse(reference, candidate, shape) is { } refused ? refused
        : shape.Channels == 2 ? ImageSimilarity.Failed(ImageComparisonStatus.WrongChannels)
        : new ImageSimilarity(ImageComparisonStatus.Compared, Measure(reference, candidate, shape, shape.Channels == 1 ? 0 : PlaneReader.Luma), double.NaN);

    internal static double Measure(ReadOnlySpan<byte> reference, ReadOnlySpan<byte> candidate, ImageShape shape, int plane, bool vectors = true)
    {
        int across = shape.Width / Block, down = shape.Height / Block, rowLength = shape.Width * shape.Channels;
        int stride = ((across + 7) / 8 * 8) + 8, lineStride = (across * Block) + 32;
        int[] rented = ArrayPool<int>.Shared.Rent((8 * stride) + stride);
        byte[] lines = ArrayPool<byte>.Shared.Rent(8 * lineStride);
        try
        {
            Span<int> previous = rented.AsSpan(0, 4 * stride), current = rented.AsSpan(4 * stride, 4 * stride);
            Span<float> ratios = System.Runtime.InteropServices.MemoryMarshal.Cast<int, float>(rented.AsSpan(8 * stride, stride));
            rented.AsSpan(0, 9 * stride).Clear();
            double sum = 0;
            for (int row = 0; row < down; row++)
            {
                ReadOnlySpan<byte> first = reference.Slice(row * Block * rowLength, Block * rowLength), second = candidate.Slice(row * Block * rowLength, Block * rowLength);
                if (shape.Channels > 1)
                {
                    for (int line = 0; line < Block; line++)
                    {
                        Extract(first.Slice(line * rowLength, rowLength), shape.Channels, plane, lines.AsSpan(line * lineStride, across * Block));
                        Extract(second.Slice(line * rowLength, rowLength), shape.Channels, plane, lines.AsSpan((Block + line) * lineStride, across * Block));
                    }

                    BlockSums.Add(lines, lines.AsSpan(Block * lineStride), lineStride, across, current, stride, vectors);
                }
                else
                {
                    BlockSums.Add(first, second, shape.Width, across, current, stride, vectors);
                }

                if (row > 0)
                {
                    sum += BlockSums.Ratios(previous, current, stride, across - 1, ratios, vectors);
                }

                Span<int> spare = previous;
                previous = current;
                current = spare;
            }

            return sum / ((double)(across - 1) * (down - 1));
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rented);
            ArrayPool<byte>.Shared.Return(lines);
        }
    }

    private static ImageSimilarity? Refuse(ReadOnlySpan<byte> reference, ReadOnlySpan<byte> candidate, ImageShape shape) =>
        reference.Length != shape.Length || candidate.Length != shape.Length || shape.Length == 0 ? ImageSimilarity.Failed(ImageComparisonStatus.SizeMismatch)
        : shape.Width < 2 * Block || shape.Height < 2 * Block ? ImageSimilarity.Failed(ImageComparisonStatus.TooSmall)
        : null;

    private static void Extract(ReadOnlySpan<byte> row, int channels, int plane, Span<byte> into)
    {
        if (plane != PlaneReader.Luma)
        {
            for (int x = 0, at = plane; x < into.Length; x++, at += channels)
            {
                into[x] = row[at];
            }

            return;
        }

        // BT.601 luma of video range in 15 bits (the lowest empty), stretched to full range and rounded to 8 bits: the steps of the conversion from RGB to grey that ffmpeg puts before the filter.
        for (int x = 0, at = 0; x < into.Length; x++, at += channels)
        {
            int video = ((8414 * row[at]) + (16519 * row[at + 1]) + (3208 * row[at + 2]) + (32 << 14) + (1 << 8)) >> 9 << 1;
            int full = ((Math.Min(video, 30189) * 19077) - 39057361) >> 14;
            into[x] = (byte)Math.Clamp((full + 64) >> 7, 0, 255);
        }
    }
}
