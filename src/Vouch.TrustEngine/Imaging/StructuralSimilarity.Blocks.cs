using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Vouch.TrustEngine.Imaging.Lanes;

namespace Vouch.TrustEngine.Imaging;

// Large images are measured in single precision, block by block. Variances come from squares, E[v²] - E[v]², which single precision carries only while the values are small beside the variances and c2:
// sums and differences of the two images are moved by their block's mean first, which leaves the variances as they are. What remains is rounding noise of about 2⁻²⁴ times the largest square of a block;
// over the 65,536 pixels and more of such an image its mean stays below 1e-6 of the index in double precision. Images with values far outside their range, small ones and maps go the way of double precision.
public static partial class StructuralSimilarity
{
    private const int BlockColumns = SimilarityFilter.Columns;
    private const int BlockRows = 128;
    private const int BlockStride = SimilarityFilter.Stride;
    private const int LoadStride = BlockColumns + SimilarityFilter.Taps + (2 * SimilarityFilter.Slack);
    private const int FilteredRows = BlockRows + SimilarityFilter.Taps;
    private const int LeastPixels = 65_536;
    private const int LeastTile = 16;

    // Totals of so few rows carry no rounding error to speak of.
    private const int RowsPerTotal = 8;

    [ThreadStatic]
    private static float[]? _blockScratch;

    internal static ImageSimilarity? MeasureBlocks<T>(
        ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape, int plane, SimilarityOptions options, int lanes)
        where T : unmanaged, INumber<T> => lanes switch
        {
            16 => MeasureBlocks<T, Lanes512>(reference, candidate, shape, plane, options),
            8 => MeasureBlocks<T, Lanes256>(reference, candidate, shape, plane, options),
            4 => MeasureBlocks<T, Lanes128>(reference, candidate, shape, plane, options),
            _ => MeasureBlocks<T, SingleLane>(reference, candidate, shape, plane, options),
        };

    private static bool IsForBlocks<T>(ImageShape shape, SimilarityOptions options, double range)
        where T : unmanaged, INumber<T> =>
        !options.DoublePrecision && shape.Pixels >= LeastPixels && options.TileSize >= LeastTile && range is > 1e-6 and < 1e9
        && (PlaneReader.IsFloating<T>() || range >= 0.25 * PlaneReader.DefaultRange<T>());

    // Null where single precision does not do: the caller measures in double precision then.
    private static ImageSimilarity? MeasureBlocks<T, TLanes>(
        ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape, int plane, SimilarityOptions options)
        where T : unmanaged, INumber<T>
        where TLanes : struct, ILanes<TLanes>
    {
        double range = options.DynamicRange ?? PlaneReader.DefaultRange<T>();
        int cut = options.Border == SimilarityBorder.Valid ? SimilarityFilter.Taps - 1 : 0;
        int columns = shape.Width - cut, rows = shape.Height - cut;
        int tilesAcross = ((columns - 1) / options.TileSize) + 1, tilesDown = ((rows - 1) / options.TileSize) + 1;
        float[] scratch = _blockScratch ??= GC.AllocateArray<float>((((4 * FilteredRows) + 9) * BlockStride) + (4 * LoadStride) + 16, pinned: true);
        double[] tiles = ArrayPool<double>.Shared.Rent((tilesAcross * tilesDown) + (2 * LoadStride));
        try
        {
            Array.Clear(tiles);
            var block = new SimilarityBlock<T>(reference, candidate, shape, plane, cut == 0 ? SimilarityFilter.Radius : 0, tiles.AsSpan(tilesAcross * tilesDown));
            for (int left = 0; left < columns; left += BlockColumns)
            {
                int width = Math.Min(BlockColumns, columns - left);
                for (int top = 0; top < rows; top += BlockRows)
                {
                    int height = Math.Min(BlockRows, rows - top);
                    SimilarityTerms terms = block.Terms(left, top, width, height, range);
                    if (!(MeasureBlock<T, TLanes>(block, left, top, width, height, terms, Aligned(scratch), tiles, tilesAcross, options.TileSize) <= 2.01 * range))
                    {
                        return null;
                    }
                }
            }

            return Summarise(tiles.AsSpan(0, tilesAcross * tilesDown), tilesAcross, columns, rows, options.TileSize);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(tiles);
        }
    }

    // Returns the largest magnitude of a moved sum or difference.
    private static float MeasureBlock<T, TLanes>(
        in SimilarityBlock<T> block, int left, int top, int width, int height, in SimilarityTerms terms, Span<float> memory, Span<double> tiles, int tilesAcross, int tileSize)
        where T : unmanaged, INumber<T>
        where TLanes : struct, ILanes<TLanes>
    {
        const int Plane = FilteredRows * BlockStride;
        Span<float> filtered = Take(ref memory, 4 * Plane), windows = Take(ref memory, 8 * BlockStride), totals = Take(ref memory, BlockStride);
        Span<float> sums = Take(ref memory, LoadStride), differences = Take(ref memory, LoadStride);
        float peak = 0;
        int loaded = 0, pending = 0;
        totals.Clear();
        for (int row = 0; row < height; row += 2)
        {
            for (; loaded < Math.Min(row + SimilarityFilter.Taps + 1, height + SimilarityFilter.Taps - 1); loaded++)
            {
                peak = MathF.Max(peak, block.Read<TLanes>(left, top + loaded, width + SimilarityFilter.Taps - 1, terms, sums, differences));
                int at = loaded * BlockStride;
                SimilarityFilter.Across<TLanes>(sums, width, filtered[at..], filtered[(at + (2 * Plane))..]);
                SimilarityFilter.Across<TLanes>(differences, width, filtered[(at + Plane)..], filtered[(at + (3 * Plane))..]);
            }

            for (int plane = 0; plane < 4; plane++)
            {
                SimilarityFilter.Down<TLanes>(
                    filtered[((plane * Plane) + (row * BlockStride))..], width, windows[(plane * BlockStride)..], windows[((4 + plane) * BlockStride)..]);
            }

            for (int line = row; line < Math.Min(row + 2, height); line++)
            {
                SimilarityFilter.AddRatios<TLanes>(windows[((line - row) * 4 * BlockStride)..], width, terms, totals);
                pending++;
                if (pending == RowsPerTotal || line == height - 1 || (top + line + 1) % tileSize == 0)
                {
                    AddToTiles(totals[..width], left, tileSize, tiles.Slice((top + line) / tileSize * tilesAcross, tilesAcross));
                    totals.Clear();
                    pending = 0;
                }
            }
        }

        return peak;
    }

    private static void AddToTiles(ReadOnlySpan<float> totals, int left, int tileSize, Span<double> tiles)
    {
        for (int x = 0; x < totals.Length;)
        {
            int tile = (left + x) / tileSize, end = Math.Min(totals.Length, ((tile + 1) * tileSize) - left);
            // Four sums, so that the processor need not wait for one.
            double first = 0, second = 0, third = 0, fourth = 0;
            for (; x + 3 < end; x += 4)
            {
                first += totals[x];
                second += totals[x + 1];
                third += totals[x + 2];
                fourth += totals[x + 3];
            }

            for (; x < end; x++)
            {
                first += totals[x];
            }

            tiles[tile] += first + second + (third + fourth);
        }
    }

    private static ImageSimilarity? Summarise(ReadOnlySpan<double> tiles, int tilesAcross, int columns, int rows, int tileSize)
    {
        double sum = 0, worst = double.PositiveInfinity;
        for (int tile = 0; tile < tiles.Length; tile++)
        {
            int width = Math.Min(tileSize, columns - (tile % tilesAcross * tileSize)), height = Math.Min(tileSize, rows - (tile / tilesAcross * tileSize));
            sum += tiles[tile];
            worst = Math.Min(worst, tiles[tile] / ((double)width * height));
        }

        double mean = sum / ((double)columns * rows);
        return double.IsFinite(mean) ? new ImageSimilarity(ImageComparisonStatus.Compared, mean, worst) : null;
    }

    // Rows that begin on a cache line are read half as often across two of them. The array is pinned, so it stays where it is.
    private static Span<float> Aligned(float[] pinned)
    {
        long address = MemoryMarshal.AsBytes(pinned.AsSpan()).IsEmpty ? 0 : (long)Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);
        return pinned.AsSpan((int)((64 - (address & 63)) & 63) / sizeof(float));
    }

    private static Span<float> Take(ref Span<float> memory, int length)
    {
        Span<float> taken = memory[..length];
        memory = memory[length..];
        return taken;
    }
}
