using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vouch.TrustEngine.Imaging;

public static partial class StructuralSimilarity
{
    private const int Radius = WindowSize / 2;
    private const double Sigma = 1.5;
    private const double K1 = 0.01;
    private const double K2 = 0.03;

    // Columns that are filtered at a time, so that the vertically filtered rows stay in the first-level cache.
    private const int ChunkSize = 256;

    private static readonly double[] Window = GaussianWindow();

    // Only sums and differences of the two images are filtered: s = x + y and d = x - y, s² and d². From their four filtered
    // planes follow the two means, the covariance and the sum of the variances, which is all that the index needs.
    private static ImageSimilarity Measure<T>(
        ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape, int plane, int factor, SimilarityOptions options, Span<double> map)
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
            double range = options.DynamicRange ?? PlaneReader.DefaultRange<T>();
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
                    FilterRows(filtered, chunkStride, count, c1, c2, mapRow[start..]);
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
        ref double source = ref MemoryMarshal.GetReference(ring);
        ref double target = ref MemoryMarshal.GetReference(filtered);
        Span<nuint> offsets = stackalloc nuint[WindowSize];
        for (int k = 0; k < WindowSize; k++)
        {
            offsets[k] = (nuint)(((row + k) % WindowSize * 2 * stride) + start);
        }

        ref nuint offset = ref MemoryMarshal.GetReference(offsets);
        ref double window = ref MemoryMarshal.GetArrayDataReference(Window);
        var centre = new Vector<double>(Window[Radius]);
        for (int x = 0; x < count; x += Vector<double>.Count)
        {
            for (int half = 0; half < 2; half++)
            {
                nuint at = (nuint)(x + (half * stride));
                Vector<double> middle = Vector.LoadUnsafe(ref source, Unsafe.Add(ref offset, Radius) + at);
                Vector<double> first = middle * centre, second = middle * first;
                for (int k = 0; k < Radius; k++)
                {
                    Vector<double> above = Vector.LoadUnsafe(ref source, Unsafe.Add(ref offset, k) + at);
                    Vector<double> below = Vector.LoadUnsafe(ref source, Unsafe.Add(ref offset, WindowSize - 1 - k) + at);
                    var weight = new Vector<double>(Unsafe.Add(ref window, k));
                    first = Vector.MultiplyAddEstimate(above + below, weight, first);
                    second = Vector.MultiplyAddEstimate(Vector.MultiplyAddEstimate(above, above, below * below), weight, second);
                }

                first.StoreUnsafe(ref target, (nuint)(x + (half * chunkStride)));
                second.StoreUnsafe(ref target, (nuint)(x + ((half + 2) * chunkStride)));
            }
        }
    }

    private static void FilterRows(Span<double> filtered, int chunkStride, int count, double c1, double c2, Span<double> map)
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
            Vector<double> above = Vector.MultiplyAddEstimate(sumSquare - differenceSquare, half, first)
                * Vector.MultiplyAddEstimate(sumVariance - differenceVariance, half, second);
            Vector<double> below = Vector.MultiplyAddEstimate(sumSquare + differenceSquare, half, first)
                * Vector.MultiplyAddEstimate(sumVariance + differenceVariance, half, second);
            (above / below).StoreUnsafe(ref target, (nuint)x);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> FilterRow(ref double source, int at)
    {
        ref double window = ref MemoryMarshal.GetArrayDataReference(Window);
        Vector<double> result = Vector.LoadUnsafe(ref source, (nuint)(at + Radius)) * new Vector<double>(Unsafe.Add(ref window, Radius));
        for (int k = 0; k < Radius; k++)
        {
            Vector<double> pair = Vector.LoadUnsafe(ref source, (nuint)(at + k)) + Vector.LoadUnsafe(ref source, (nuint)(at + WindowSize - 1 - k));
            result = Vector.MultiplyAddEstimate(pair, new Vector<double>(Unsafe.Add(ref window, k)), result);
        }

        return result;
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

    private static double[] GaussianWindow()
    {
        double[] window = new double[WindowSize];
        for (int i = 0; i < WindowSize; i++)
        {
            double distance = i - Radius;
            window[i] = Math.Exp(-distance * distance / (2 * Sigma * Sigma));
        }

        double sum = window.Sum();
        for (int i = 0; i < WindowSize; i++)
        {
            window[i] /= sum;
        }

        return window;
    }

    private static Span<double> Take(ref Span<double> memory, int length)
    {
        Span<double> taken = memory[..length];
        memory = memory[length..];
        return taken;
    }
}
