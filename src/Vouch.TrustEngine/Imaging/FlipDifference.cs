using System.Buffers;
using System.Numerics;
using Vouch.TrustEngine.Imaging.Lanes;

namespace Vouch.TrustEngine.Imaging;

/// <summary>FLIP for images of a screen's range: the difference that a person sees who flips between two images in place.</summary>
/// <remarks>
/// <para>Values are sRGB: 0..255 for bytes, 0..65535 for <see cref="ushort"/>, 0..1 for floating-point types (values outside are cut). A grey image stands for equal channels; channels beyond the third (alpha) are not looked at.
/// The image's edge is replicated outwards. Computed in single precision; figures agree with double precision to better than 1e-4, and bit for bit at every vector width.</para>
/// <para>O(pixels × pixelsPerDegree) time and no allocation once warm. All members are pure and safe to call from any thread.</para>
/// <para>Source: P. Andersson, J. Nilsson, T. Akenine-Möller, M. Oskarsson, K. Åström, M. D. Fairchild, "FLIP: A Difference Evaluator for Alternating Images", Proc. ACM Comput. Graph. Interact. Tech. 3(2), 2020.</para>
/// </remarks>
public static class FlipDifference
{
    /// <summary>Pixels per degree of a viewer 0.7 m in front of a screen 0.7 m wide with 3840 pixels: 67.02.</summary>
    public const double DefaultPixelsPerDegree = 0.7 * 3840 / 0.7 * (Math.PI / 180);

    private const int TileSize = 64;

    private static FlipKernels? _lastKernels;

    /// <summary>Measures two images.</summary>
    /// <typeparam name="T"><see cref="byte"/>, <see cref="ushort"/>, <see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="reference">The reference's values, <see cref="ImageShape.Length"/> of them.</param>
    /// <param name="candidate">The candidate's values, as many.</param>
    /// <param name="shape">The shape of both: 1 channel, or 3 and more (red, green, blue first).</param>
    /// <param name="pixelsPerDegree">How many pixels the viewer sees in a degree, in [1, 400].</param>
    /// <returns>The figures, or why there are none.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="pixelsPerDegree"/> is outside its range.</exception>
    public static FlipResult Measure<T>(ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape, double pixelsPerDegree = DefaultPixelsPerDegree)
        where T : unmanaged, INumber<T>
    {
        float[] map = ArrayPool<float>.Shared.Rent(Math.Max(1, shape.Pixels));
        try
        {
            return MeasureMap(reference, candidate, shape, map.AsSpan(0, shape.Pixels), pixelsPerDegree);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(map);
        }
    }

    /// <summary>Measures two images and writes the difference of every pixel: a heat map.</summary>
    /// <inheritdoc cref="Measure{T}"/>
    /// <param name="reference">The reference's values, <see cref="ImageShape.Length"/> of them.</param>
    /// <param name="candidate">The candidate's values, as many.</param>
    /// <param name="shape">The shape of both: 1 channel, or 3 and more (red, green, blue first).</param>
    /// <param name="map">Takes a value in [0, 1] per pixel, row after row; untouched where the images cannot be compared.</param>
    /// <param name="pixelsPerDegree">How many pixels the viewer sees in a degree, in [1, 400].</param>
    /// <exception cref="ArgumentException"><paramref name="map"/> is shorter than the image has pixels.</exception>
    public static FlipResult MeasureMap<T>(
        ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape, Span<float> map, double pixelsPerDegree = DefaultPixelsPerDegree)
        where T : unmanaged, INumber<T> => MeasureMap(reference, candidate, shape, map, pixelsPerDegree, SimilarityFilter.PreferredLanes);

    internal static FlipResult MeasureMap<T>(ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape, Span<float> map, double pixelsPerDegree, int lanes)
        where T : unmanaged, INumber<T>
    {
        if (!(pixelsPerDegree is >= 1 and <= 400))
        {
            throw new ArgumentOutOfRangeException(nameof(pixelsPerDegree), pixelsPerDegree, "Pixels per degree lie in [1, 400].");
        }

        if (map.Length < shape.Pixels)
        {
            throw new ArgumentException($"The map takes {shape.Pixels} values; the span holds {map.Length}.", nameof(map));
        }

        ImageComparisonStatus status = reference.Length != shape.Length || candidate.Length != shape.Length || shape.Length == 0 ? ImageComparisonStatus.SizeMismatch
            : shape.Channels == 2 ? ImageComparisonStatus.WrongChannels
            : PlaneReader.AllFinite(reference) && PlaneReader.AllFinite(candidate) ? ImageComparisonStatus.Compared
            : ImageComparisonStatus.NonFinite;
        if (status != ImageComparisonStatus.Compared)
        {
            return FlipResult.Failed(status);
        }

        FlipKernels? kernels = Volatile.Read(ref _lastKernels);
        if (kernels?.PixelsPerDegree != pixelsPerDegree)
        {
            kernels = new FlipKernels(pixelsPerDegree);
            Volatile.Write(ref _lastKernels, kernels);
        }

        map = map[..shape.Pixels];
        switch (lanes)
        {
            case 16:
                FlipPass<T, Lanes512>.Run(reference, candidate, shape, kernels, map);
                break;
            case 8:
                FlipPass<T, Lanes256>.Run(reference, candidate, shape, kernels, map);
                break;
            case 4:
                FlipPass<T, Lanes128>.Run(reference, candidate, shape, kernels, map);
                break;
            default:
                FlipPass<T, SingleLane>.Run(reference, candidate, shape, kernels, map);
                break;
        }

        return Summarise(map, shape);
    }

    private static FlipResult Summarise(ReadOnlySpan<float> map, ImageShape shape)
    {
        int across = ((shape.Width - 1) / TileSize) + 1, worstTile = 0, worstRow = 0;
        double sum = 0, worst = -1;
        float highest = 0;
        double[] tiles = ArrayPool<double>.Shared.Rent(across);
        tiles.AsSpan(0, across).Clear();
        for (int y = 0; y < shape.Height; y++)
        {
            ReadOnlySpan<float> row = map.Slice(y * shape.Width, shape.Width);
            for (int tile = 0; tile < across; tile++)
            {
                ReadOnlySpan<float> part = row.Slice(tile * TileSize, Math.Min(TileSize, shape.Width - (tile * TileSize)));
                float partSum = 0;
                foreach (float value in part)
                {
                    partSum += value;
                    highest = value > highest ? value : highest;
                }

                tiles[tile] += partSum;
            }

            if ((y + 1) % TileSize == 0 || y == shape.Height - 1)
            {
                for (int tile = 0; tile < across; tile++)
                {
                    double mean = tiles[tile] / ((double)Math.Min(TileSize, shape.Width - (tile * TileSize)) * ((y % TileSize) + 1));
                    (worst, worstTile, worstRow) = mean > worst ? (mean, tile, y / TileSize) : (worst, worstTile, worstRow);
                    sum += tiles[tile];
                    tiles[tile] = 0;
                }
            }
        }

        ArrayPool<double>.Shared.Return(tiles);
        Span<double> quartiles = stackalloc double[3];
        WeightedPercentiles.Of(map, sum, [0.25, 0.5, 0.75], quartiles);
        var region = new CropRegion(
            worstTile * TileSize, worstRow * TileSize, Math.Min(TileSize, shape.Width - (worstTile * TileSize)), Math.Min(TileSize, shape.Height - (worstRow * TileSize)));
        return new FlipResult(ImageComparisonStatus.Compared, sum / shape.Pixels, quartiles[1], quartiles[0], quartiles[2], highest, worst, region);
    }
}
