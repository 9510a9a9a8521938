using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vouch.TrustEngine.Imaging.Lanes;

namespace Vouch.TrustEngine.Imaging;

/// <summary>One run of FLIP over two images, a strip of columns at a time, so that the rows that filters look at stay in the cache.</summary>
internal static class FlipPass<T, TLanes>
    where T : unmanaged, INumber<T>
    where TLanes : struct, ILanes<TLanes>
{
    private const int Columns = 192;
    private const int Slack = FlipRows.Slack;
    private const int SpareRows = 24;
    private const int Planes = 3;           // Y, Cx, Cz
    private const int Outputs = 7;          // Y, Cx, Cz filtered; edges and points across and down
    private const float Normalise = 1f / 116;

    public static void Run(ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape, FlipKernels kernels, Span<float> map)
    {
        int stride = Columns + (2 * kernels.Radius) + Slack, ringRows = (2 * kernels.Radius) + 1 + SpareRows;
        int ring = Planes * ringRows * stride, filtered = Outputs * stride;
        float[] rented = ArrayPool<float>.Shared.Rent((2 * (ring + filtered)) + filtered);
        try
        {
            Span<float> memory = rented;
            memory.Clear();
            Strip first = new(memory[..ring], memory.Slice(2 * ring, filtered)), second = new(memory.Slice(ring, ring), memory.Slice((2 * ring) + filtered, filtered));
            Span<float> down = memory.Slice((2 * ring) + (2 * filtered), filtered);
            for (int left = 0; left < shape.Width; left += Columns)
            {
                int width = Math.Min(Columns, shape.Width - left), loaded = 0, start = 0;
                for (int row = 0; row < shape.Height; row++)
                {
                    if (row + (2 * kernels.Radius) + 1 - start > ringRows)
                    {
                        first.Move(ringRows, stride, row - start, 2 * kernels.Radius);
                        second.Move(ringRows, stride, row - start, 2 * kernels.Radius);
                        start = row;
                    }

                    for (; loaded < row + (2 * kernels.Radius) + 1; loaded++)
                    {
                        int line = Math.Clamp(loaded - kernels.Radius, 0, shape.Height - 1), slot = (loaded - start) * stride;
                        first.Load(reference, shape, line, left - kernels.Radius, width + (2 * kernels.Radius), slot, ringRows * stride);
                        second.Load(candidate, shape, line, left - kernels.Radius, width + (2 * kernels.Radius), slot, ringRows * stride);
                    }

                    int centre = (row - start + kernels.Radius) * stride;
                    first.Filter(kernels, centre, stride, ringRows * stride, width, down);
                    second.Filter(kernels, centre, stride, ringRows * stride, width, down);
                    first.Compress(stride, width);
                    second.Compress(stride, width);
                    Compare(first.Results, second.Results, stride, width, map.Slice((row * shape.Width) + left, width));
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    internal static void Compare(Span<float> first, Span<float> second, int stride, int width, Span<float> map)
    {
        ref float one = ref MemoryMarshal.GetReference(first), other = ref MemoryMarshal.GetReference(second);
        FlipColour.Difference<TLanes>(ref one, ref other, stride, width);
        TLanes rootHalf = TLanes.All(0.707106781f), all = TLanes.All(1);
        for (nint x = 0; x < width; x += TLanes.Count)
        {
            TLanes colour = TLanes.Load(in one, x);
            TLanes edges = TLanes.Abs(Length(in one, x + (3 * stride), stride) - Length(in other, x + (3 * stride), stride));
            TLanes points = TLanes.Abs(Length(in one, x + (5 * stride), stride) - Length(in other, x + (5 * stride), stride));
            TLanes feature = TLanes.Min(all, TLanes.Sqrt(TLanes.Max(edges, points) * rootHalf));

            // The filtered rows of the first image are done with at this place.
            TLanes.Store(LaneMath.Power(colour, all - feature), ref one, x);
        }

        first[..width].CopyTo(map);
    }

    private static TLanes Length(ref readonly float source, nint at, nint stride)
    {
        TLanes across = TLanes.Load(in source, at) * TLanes.All(Normalise), down = TLanes.Load(in source, at + stride) * TLanes.All(Normalise);
        return TLanes.Sqrt((across * across) + (down * down));
    }

    /// <summary>What is held of one image.</summary>
    internal readonly ref struct Strip(Span<float> ring, Span<float> results)
    {
        private readonly Span<float> _ring = ring;

        public Span<float> Results { get; } = results;

        // Rows still needed move to the beginning.
        public void Move(int ringRows, int stride, int from, int rows)
        {
            for (int plane = 0; plane < Planes; plane++)
            {
                Span<float> all = _ring.Slice(plane * ringRows * stride, ringRows * stride);
                all.Slice(from * stride, rows * stride).CopyTo(all);
            }
        }

        public void Load(ReadOnlySpan<T> image, ImageShape shape, int line, int left, int count, int slot, int planeLength)
        {
            Span<float> red = _ring.Slice(slot, count + Slack), green = _ring.Slice(slot + planeLength, count + Slack), blue = _ring.Slice(slot + (2 * planeLength), count + Slack);
            ReadOnlySpan<T> row = image.Slice(line * shape.Width * shape.Channels, shape.Width * shape.Channels);
            int second = shape.Channels == 1 ? 0 : 1, third = shape.Channels == 1 ? 0 : 2;
            int before = Math.Clamp(-left, 0, count), inside = Math.Min(count - before, shape.Width - left - before);
            ReadOnlySpan<T> pixels = row.Slice((left + before) * shape.Channels, inside * shape.Channels);
            Span<float> reds = red.Slice(before, inside), greens = green.Slice(before, inside), blues = blue.Slice(before, inside);
            for (int x = 0, at = 0; x < reds.Length; x++, at += shape.Channels)
            {
                reds[x] = FlipPass<T, TLanes>.Linear(pixels[at]);
                greens[x] = FlipPass<T, TLanes>.Linear(pixels[at + second]);
                blues[x] = FlipPass<T, TLanes>.Linear(pixels[at + third]);
            }

            Extend(red, before, inside, count);
            Extend(green, before, inside, count);
            Extend(blue, before, inside, count);
            FlipColour.ToOpponent<TLanes>(ref red[0], ref green[0], ref blue[0], count);
        }

        public void Filter(FlipKernels kernels, int centre, int stride, int planeLength, int width, Span<float> down)
        {
            int wide = width + (2 * kernels.Radius), middle = kernels.Radius;
            ReadOnlySpan<float> y = _ring[..planeLength], cx = _ring.Slice(planeLength, planeLength), cz = _ring.Slice(2 * planeLength, planeLength);
            FlipRows.Even<TLanes>(y, centre, stride, kernels.Luminance, wide, down[..stride]);
            FlipRows.Even<TLanes>(cx, centre, stride, kernels.FirstChroma, wide, down.Slice(stride, stride));
            FlipRows.EvenPair<TLanes>(cz, centre, stride, kernels.SecondChroma, kernels.SecondChromaWide, wide, down.Slice(2 * stride, stride), down.Slice(3 * stride, stride));
            FlipRows.EvenPair<TLanes>(y, centre, stride, kernels.Smooth, kernels.Curve, wide, down.Slice(4 * stride, stride), down.Slice(6 * stride, stride));
            FlipRows.Odd<TLanes>(y, centre, stride, kernels.Slope, wide, down.Slice(5 * stride, stride));

            FlipRows.Even<TLanes>(down[..stride], middle, 1, kernels.Luminance, width, Results[..stride]);
            FlipRows.Even<TLanes>(down.Slice(stride, stride), middle, 1, kernels.FirstChroma, width, Results.Slice(stride, stride));
            FlipRows.Even<TLanes>(down.Slice(2 * stride, stride), middle, 1, kernels.SecondChroma, width, Results.Slice(2 * stride, stride));
            FlipRows.Even<TLanes>(down.Slice(3 * stride, stride), middle, 1, kernels.SecondChromaWide, width, Results.Slice(2 * stride, stride), add: true);
            FlipRows.Odd<TLanes>(down.Slice(4 * stride, stride), middle, 1, kernels.Slope, width, Results.Slice(3 * stride, stride));
            FlipRows.Even<TLanes>(down.Slice(5 * stride, stride), middle, 1, kernels.Smooth, width, Results.Slice(4 * stride, stride));
            FlipRows.Even<TLanes>(down.Slice(4 * stride, stride), middle, 1, kernels.Curve, width, Results.Slice(5 * stride, stride));
            FlipRows.Even<TLanes>(down.Slice(6 * stride, stride), middle, 1, kernels.Smooth, width, Results.Slice(6 * stride, stride));
        }

        public void Compress(int stride, int width)
        {
            FlipColour.ToRatios<TLanes>(ref Results[0], ref Results[stride], ref Results[2 * stride], width);
            for (int plane = 0; plane < Planes; plane++)
            {
                FlipColour.Compress<TLanes>(ref Results[plane * stride], width);
            }
        }

        private static void Extend(Span<float> row, int before, int inside, int count)
        {
            row[..before].Fill(row[before]);
            row[(before + inside)..].Fill(row[before + inside - 1]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Linear(T value)
    {
        if (typeof(T) == typeof(byte))
        {
            return FlipColour.Linear[Unsafe.As<T, byte>(ref value)];
        }

        return LinearOfAny(value);
    }

    private static float LinearOfAny(T value)
    {
        double level = typeof(T) == typeof(ushort) ? double.CreateTruncating(value) / ushort.MaxValue : double.CreateTruncating(value);
        return (float)FlipColour.ToLinear(Math.Clamp(level, 0, 1));
    }
}
