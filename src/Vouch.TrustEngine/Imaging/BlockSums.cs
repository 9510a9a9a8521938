using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vouch.TrustEngine.Imaging;

/// <summary>Sums over blocks of 4 x 4 pixels: x, y, x² + y² and xy, and the similarities of windows of 2 x 2 blocks.</summary>
internal static class BlockSums
{
    private const int C1 = 416;             // 0.01² 255² 64, rounded
    private const int C2 = 235963;          // 0.03² 255² 64 63, rounded

    /// <summary>Sums four lines, <paramref name="lineStride"/> apart, into four rows of <paramref name="stride"/> sums.</summary>
    public static void Add(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, int lineStride, int blocks, Span<int> sums, int stride, bool vectors)
    {
        int block = vectors && Vector128.IsHardwareAccelerated ? AddVectors(first, second, lineStride, blocks, sums, stride) : 0;
        for (; block < blocks; block++)
        {
            int x = 0, y = 0, squares = 0, products = 0;
            for (int line = 0; line < 4; line++)
            {
                for (int column = 0; column < 4; column++)
                {
                    int at = (line * lineStride) + (4 * block) + column, a = first[at], b = second[at];
                    x += a;
                    y += b;
                    squares += (a * a) + (b * b);
                    products += a * b;
                }
            }

            (sums[block], sums[stride + block], sums[(2 * stride) + block], sums[(3 * stride) + block]) = (x, y, squares, products);
        }
    }

    /// <summary>The sum of the similarities of a row of windows over two rows of blocks.</summary>
    public static double Ratios(ReadOnlySpan<int> upper, ReadOnlySpan<int> lower, int stride, int windows, Span<float> ratios, bool vectors)
    {
        int at = 0;
        if (vectors && Vector128.IsHardwareAccelerated)
        {
            // Rows of sums and of ratios have room for a vector past the end.
            for (; at < windows; at += 8)
            {
                Vector256<int> x = Window(upper, lower, at), y = Window(upper, lower, stride + at);
                Vector256<int> squares = Window(upper, lower, (2 * stride) + at), products = Window(upper, lower, (3 * stride) + at);
                Vector256<int> means = (x * x) + (y * y), cross = x * y;
                Vector256<int> variances = (squares * 64) - means, covariance = (products * 64) - cross;
                Vector256<float> above = Vector256.ConvertToSingle((2 * cross) + Vector256.Create(C1)) * Vector256.ConvertToSingle((2 * covariance) + Vector256.Create(C2));
                Vector256<float> below = Vector256.ConvertToSingle(means + Vector256.Create(C1)) * Vector256.ConvertToSingle(variances + Vector256.Create(C2));
                (above / below).CopyTo(ratios[at..]);
            }
        }

        for (; at < windows; at++)
        {
            int x = Plain(upper, lower, at), y = Plain(upper, lower, stride + at), squares = Plain(upper, lower, (2 * stride) + at), products = Plain(upper, lower, (3 * stride) + at);
            int means = (x * x) + (y * y), cross = x * y, variances = (squares * 64) - means, covariance = (products * 64) - cross;
            float above = (float)((2 * cross) + C1) * ((2 * covariance) + C2), below = (float)(means + C1) * (variances + C2);
            ratios[at] = above / below;
        }

        double first = 0, second = 0, third = 0, fourth = 0;
        int done = 0;
        for (; done + 3 < windows; done += 4)
        {
            first += ratios[done];
            second += ratios[done + 1];
            third += ratios[done + 2];
            fourth += ratios[done + 3];
        }

        for (; done < windows; done++)
        {
            first += ratios[done];
        }

        return first + second + (third + fourth);
    }

    private static int Plain(ReadOnlySpan<int> upper, ReadOnlySpan<int> lower, int at) => upper[at] + upper[at + 1] + lower[at] + lower[at + 1];

    private static Vector256<int> Window(ReadOnlySpan<int> upper, ReadOnlySpan<int> lower, int at) =>
        Vector256.Create(upper.Slice(at, 8)) + Vector256.Create(upper.Slice(at + 1, 8)) + Vector256.Create(lower.Slice(at, 8)) + Vector256.Create(lower.Slice(at + 1, 8));

    // 32 pixels, 8 blocks, at a time. Products of bytes fit 16 bits; neighbours are added where they lie, as the even and odd halves of wider lanes.
    private static int AddVectors(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, int lineStride, int blocks, Span<int> sums, int stride)
    {
        int whole = blocks / 8 * 8;
        _ = first[(3 * lineStride) + (4 * blocks) - 1] + second[(3 * lineStride) + (4 * blocks) - 1] + sums[(4 * stride) - 1];
        ref byte left = ref MemoryMarshal.GetReference(first), right = ref MemoryMarshal.GetReference(second);
        ref int target = ref MemoryMarshal.GetReference(sums);
        for (int block = 0; block < whole; block += 8)
        {
            Quad(ref left, ref right, lineStride, 4 * block, out Vector256<ulong> x, out Vector256<ulong> y, out Vector256<ulong> squares, out Vector256<ulong> products);
            Quad(ref left, ref right, lineStride, (4 * block) + 16, out Vector256<ulong> nextX, out Vector256<ulong> nextY, out Vector256<ulong> nextSquares, out Vector256<ulong> nextProducts);
            Vector256.Narrow(x, nextX).AsInt32().StoreUnsafe(ref target, (nuint)block);
            Vector256.Narrow(y, nextY).AsInt32().StoreUnsafe(ref target, (nuint)(stride + block));
            Vector256.Narrow(squares, nextSquares).AsInt32().StoreUnsafe(ref target, (nuint)((2 * stride) + block));
            Vector256.Narrow(products, nextProducts).AsInt32().StoreUnsafe(ref target, (nuint)((3 * stride) + block));
        }

        return whole;
    }

    private static void Quad(
        ref byte first, ref byte second, int lineStride, int at, out Vector256<ulong> x, out Vector256<ulong> y, out Vector256<ulong> squares, out Vector256<ulong> products)
    {
        Vector256<ushort> xs = default, ys = default;
        Vector256<uint> squareSums = default, productSums = default;
        for (int line = 0; line < 4; line++, at += lineStride)
        {
            Vector256<ushort> a = Vector256.WidenLower(Vector128.LoadUnsafe(ref first, (nuint)at).ToVector256Unsafe());
            Vector256<ushort> b = Vector256.WidenLower(Vector128.LoadUnsafe(ref second, (nuint)at).ToVector256Unsafe());
            xs += a;
            ys += b;
            squareSums += Pairs(a * a) + Pairs(b * b);
            productSums += Pairs(a * b);
        }

        x = Pairs(Pairs(xs));
        y = Pairs(Pairs(ys));
        squares = Pairs(squareSums);
        products = Pairs(productSums);
    }

    private static Vector256<uint> Pairs(Vector256<ushort> values) => (values.AsUInt32() & Vector256.Create(0xFFFFu)) + (values.AsUInt32() >>> 16);

    private static Vector256<ulong> Pairs(Vector256<uint> values) => (values.AsUInt64() & Vector256.Create(0xFFFFFFFFUL)) + (values.AsUInt64() >>> 32);
}
