using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vouch.TrustEngine.Imaging;

public static partial class StructuralSimilarity
{
    private const int Radius = WindowSize / 2;
    private const double K1 = 0.01;
    private const double K2 = 0.03;

    // Columns that are filtered at a time, so that the vertically filtered rows stay in the first-level cache.
    private const int ChunkSize = 256;

    private static readonly double[] Window = SimilarityFilter.Window;

    /// <summary>Measures one scale of a plane: the whole index, or its structure term alone.</summary>
    internal static ImageSimilarity MeasureScale(ReadOnlySpan<double> reference, ReadOnlySpan<double> candidate, ImageShape shape, double range, bool structureOnly) =>
        Measure(reference, candidate, shape, 0, 1, SimilarityOptions.Default, [], structureOnly, range);

    // Only sums and differences of the two images are filtered: s = x + y and d = x - y, s² and d². From their four filtered
    // planes follow the two means, the covariance and the sum of the variances, which is all that the index needs.
    private static ImageSimilarity Measure<T>(
        ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape, int plane, int factor, SimilarityOptions options, Span<double> map, bool structureOnly = false, double? givenRange = null)
        where T : unmanaged, INumber<T>
    {
        if (reference.Length != shape.Length || candidate.Length != shape.Length || shape.Length == 0)
        {
            return ImageSimilarity.Failed(ImageComparisonStatus.SizeMismatch);
        }

        int width = shape.Width / factor, height = shape.Height / factor;
        int cut = options.Border == SimilarityBorder.Valid ? WindowSize - 1 : 0;
        int columns = width - cut, rows = height - cut;
        if (columns < 1 || rows < 1)
        {
            return ImageSimilarity.Failed(ImageComparisonStatus.TooSmall);
        }

        if (factor == 1 && map.IsEmpty && !structureOnly && IsForBlocks<T>(shape, options, options.DynamicRange ?? PlaneReader.DefaultRange<T>())
            && MeasureBlocks(reference, candidate, shape, plane, options, SimilarityFilter.PreferredLanes) is { } measured)
        {
            return measured;
        }

        if (!PlaneReader.AllFinite(reference) || !PlaneReader.AllFinite(candidate))
        {
            return ImageSimilarity.Failed(ImageComparisonStatus.NonFinite);
        }

        int lanes = Vector<double>.Count;
        int stride = columns + WindowSize - 1 + ChunkSize + lanes;      // room to read whole vectors past the end
        int scratchWidth = Math.Max(shape.Width, width) + lanes;
        int chunkStride = ChunkSize + WindowSize - 1 + (2 * lanes);
        int tiles = ((columns - 1) / options.TileSize) + 1;
        int ringLength = WindowSize * 2 * stride;
        int total = ringLength + (4 * chunkStride) + columns + ChunkSize + tiles + (4 * scratchWidth);
        double[] rented = ArrayPool<double>.Shared.Rent(total);
        try
        {
            Span<double> memory = rented.AsSpan(0, total);
            memory.Clear();
            Span<double> ring = Take(ref memory, ringLength);
            Span<double> filtered = Take(ref memory, 4 * chunkStride);
            Span<double> mapRow = Take(ref memory, columns + ChunkSize);
            Span<double> tileSums = Take(ref memory, tiles);
            var source = new PlanePair<T>(reference, candidate, shape, plane, factor, memory, scratchWidth);
            double range = givenRange ?? options.DynamicRange ?? PlaneReader.DefaultRange<T>();
            double c1 = K1 * range * K1 * range, c2 = K2 * range * K2 * range;
            double sum = 0, worst = double.PositiveInfinity;
            int loaded = 0;
            for (int row = 0; row < rows; row++)
            {
                for (; loaded < row + WindowSize; loaded++)
                {
                    int line = cut > 0 ? loaded : Math.Clamp(loaded - Radius, 0, height - 1);
                    LoadRow(source, line, width, cut > 0 ? 0 : Radius, ring.Slice(loaded % WindowSize * 2 * stride, 2 * stride), stride);
                }

                for (int start = 0; start < columns; start += ChunkSize)
                {
                    int count = Math.Min(ChunkSize, columns - start);
                    FilterColumns(ring, stride, row, start, count + WindowSize - 1, filtered, chunkStride);
                    FilterRows(filtered, chunkStride, count, c1, c2, mapRow[start..], structureOnly);
                }

                sum += AddToTiles(mapRow[..columns], options.TileSize, tileSums);
                if (!map.IsEmpty)
                {
                    mapRow[..columns].CopyTo(map.Slice(row * columns, columns));
                }

                int tileRows = (row % options.TileSize) + 1;
                if (tileRows == options.TileSize || row == rows - 1)
                {
                    worst = Math.Min(worst, WorstTile(tileSums, columns, options.TileSize, tileRows));
                    tileSums.Clear();
                }
            }

            double mean = sum / ((double)columns * rows);
            return double.IsFinite(mean) ? new ImageSimilarity(ImageComparisonStatus.Compared, mean, worst) : ImageSimilarity.Failed(ImageComparisonStatus.NonFinite);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    private static void LoadRow<T>(PlanePair<T> source, int line, int width, int pad, Span<double> slot, int stride)
        where T : unmanaged, INumber<T>
    {
        Span<double> sums = slot.Slice(pad, width), differences = slot.Slice(stride + pad, width);
        source.Read(line, sums, differences);
        for (int x = 0; x < pad; x++)
        {
            slot[x] = sums[0];
            slot[stride + x] = differences[0];
            slot[pad + width + x] = sums[width - 1];
            slot[stride + pad + width + x] = differences[width - 1];
        }
    }

    private static void FilterColumns(Span<double> ring, int stride, int row, int start, int count, Span<double> filtered, int chunkStride)
    {
        // The eleven rows in pairs around the middle one; a pair shares its weight.
        ref double origin = ref MemoryMarshal.GetReference(ring);
        for (int half = 0; half < 2; half++)
        {
            ref double middle = ref RowOf(ref origin, row + Radius, stride, start, half);
            ref double up1 = ref RowOf(ref origin, row + 4, stride, start, half);
            ref double up2 = ref RowOf(ref origin, row + 3, stride, start, half);
            ref double up3 = ref RowOf(ref origin, row + 2, stride, start, half);
            ref double up4 = ref RowOf(ref origin, row + 1, stride, start, half);
            ref double up5 = ref RowOf(ref origin, row, stride, start, half);
            ref double down1 = ref RowOf(ref origin, row + 6, stride, start, half);
            ref double down2 = ref RowOf(ref origin, row + 7, stride, start, half);
            ref double down3 = ref RowOf(ref origin, row + 8, stride, start, half);
            ref double down4 = ref RowOf(ref origin, row + 9, stride, start, half);
            ref double down5 = ref RowOf(ref origin, row + 10, stride, start, half);
            ref double means = ref filtered[half * chunkStride];
            ref double squares = ref filtered[(half + 2) * chunkStride];
            var weight = new Vector<double>(Window[Radius]);
            for (nuint x = 0; x < (nuint)count; x += (nuint)Vector<double>.Count)
            {
                var value = Vector.LoadUnsafe(ref middle, x);
                Vector<double> first = value * weight, second = value * first;
                AddPair(Vector.LoadUnsafe(ref up1, x), Vector.LoadUnsafe(ref down1, x), 4, ref first, ref second);
                AddPair(Vector.LoadUnsafe(ref up2, x), Vector.LoadUnsafe(ref down2, x), 3, ref first, ref second);
                AddPair(Vector.LoadUnsafe(ref up3, x), Vector.LoadUnsafe(ref down3, x), 2, ref first, ref second);
                AddPair(Vector.LoadUnsafe(ref up4, x), Vector.LoadUnsafe(ref down4, x), 1, ref first, ref second);
                AddPair(Vector.LoadUnsafe(ref up5, x), Vector.LoadUnsafe(ref down5, x), 0, ref first, ref second);
                first.StoreUnsafe(ref means, x);
                second.StoreUnsafe(ref squares, x);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref double RowOf(ref double origin, int line, int stride, int start, int half) =>
        ref Unsafe.Add(ref origin, (line % WindowSize * 2 * stride) + (half * stride) + start);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddPair(Vector<double> above, Vector<double> below, int index, ref Vector<double> first, ref Vector<double> second)
    {
        var weight = new Vector<double>(Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Window), index));
        first = Vector.MultiplyAddEstimate(above + below, weight, first);
        second = Vector.MultiplyAddEstimate(Vector.MultiplyAddEstimate(above, above, below * below), weight, second);
    }

    private static void FilterRows(Span<double> filtered, int chunkStride, int count, double c1, double c2, Span<double> map, bool structureOnly)
    {
        ref double source = ref MemoryMarshal.GetReference(filtered);
        ref double target = ref MemoryMarshal.GetReference(map);
        var half = new Vector<double>(0.5);
        var first = new Vector<double>(c1);
        var second = new Vector<double>(c2);
        for (int x = 0; x < count; x += Vector<double>.Count)
        {
            Vector<double> sum = FilterRow(ref source, x);
            Vector<double> difference = FilterRow(ref source, x + chunkStride);
            Vector<double> sumSquare = sum * sum, differenceSquare = difference * difference;
            Vector<double> sumVariance = FilterRow(ref source, x + (2 * chunkStride)) - sumSquare;
            Vector<double> differenceVariance = FilterRow(ref source, x + (3 * chunkStride)) - differenceSquare;
            Vector<double> above = Vector.MultiplyAddEstimate(sumVariance - differenceVariance, half, second);
            Vector<double> below = Vector.MultiplyAddEstimate(sumVariance + differenceVariance, half, second);
            if (!structureOnly)
            {
                above *= Vector.MultiplyAddEstimate(sumSquare - differenceSquare, half, first);
                below *= Vector.MultiplyAddEstimate(sumSquare + differenceSquare, half, first);
            }

            (above / below).StoreUnsafe(ref target, (nuint)x);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> FilterRow(ref double source, int at)
    {
        ref double window = ref MemoryMarshal.GetArrayDataReference(Window);
        ref double from = ref Unsafe.Add(ref source, at);
        var result = Vector.LoadUnsafe(ref from, Radius) * new Vector<double>(Unsafe.Add(ref window, Radius));
        result = Vector.MultiplyAddEstimate(Vector.LoadUnsafe(ref from, 4) + Vector.LoadUnsafe(ref from, 6), new Vector<double>(Unsafe.Add(ref window, 4)), result);
        result = Vector.MultiplyAddEstimate(Vector.LoadUnsafe(ref from, 3) + Vector.LoadUnsafe(ref from, 7), new Vector<double>(Unsafe.Add(ref window, 3)), result);
        result = Vector.MultiplyAddEstimate(Vector.LoadUnsafe(ref from, 2) + Vector.LoadUnsafe(ref from, 8), new Vector<double>(Unsafe.Add(ref window, 2)), result);
        result = Vector.MultiplyAddEstimate(Vector.LoadUnsafe(ref from, 1) + Vector.LoadUnsafe(ref from, 9), new Vector<double>(Unsafe.Add(ref window, 1)), result);
        return Vector.MultiplyAddEstimate(Vector.LoadUnsafe(ref from) + Vector.LoadUnsafe(ref from, 10), new Vector<double>(window), result);
    }

    private static double AddToTiles(ReadOnlySpan<double> mapRow, int tileSize, Span<double> tileSums)
    {
        double sum = 0;
        for (int tile = 0; tile < tileSums.Length; tile++)
        {
            ReadOnlySpan<double> part = mapRow.Slice(tile * tileSize, Math.Min(tileSize, mapRow.Length - (tile * tileSize)));
            double partSum = TensorPrimitives.Sum(part);
            tileSums[tile] += partSum;
            sum += partSum;
        }

        return sum;
    }

    private static double WorstTile(ReadOnlySpan<double> tileSums, int columns, int tileSize, int tileRows)
    {
        double worst = double.PositiveInfinity;
        for (int tile = 0; tile < tileSums.Length; tile++)
        {
            double tileColumns = Math.Min(tileSize, columns - (tile * tileSize));
            worst = Math.Min(worst, tileSums[tile] / (tileColumns * tileRows));
        }

        return worst;
    }

    private static Span<double> Take(ref Span<double> memory, int length)
    {
        Span<double> taken = memory[..length];
        memory = memory[length..];
        return taken;
    }
}
