using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Vouch.TrustEngine.Imaging.Lanes;

namespace Vouch.TrustEngine.Imaging;

/// <summary>Reads parts of rows of one plane of two images as centred sums and differences, with the edge replicated outwards where asked.</summary>
internal readonly ref struct SimilarityBlock<T>
    where T : unmanaged, INumber<T>
{
    private const int SampleStep = 8;

    private readonly ReadOnlySpan<T> _reference;
    private readonly ReadOnlySpan<T> _candidate;
    private readonly ImageShape _shape;
    private readonly int _plane;
    private readonly int _pad;
    private readonly Span<double> _scratch;

    /// <param name="reference">The first image.</param>
    /// <param name="candidate">The second.</param>
    /// <param name="shape">The shape of both.</param>
    /// <param name="plane">A channel, or <see cref="PlaneReader.Luma"/>.</param>
    /// <param name="pad">How far the windows reach past the edge.</param>
    /// <param name="scratch">Room for two parts of rows.</param>
    public SimilarityBlock(ReadOnlySpan<T> reference, ReadOnlySpan<T> candidate, ImageShape shape, int plane, int pad, Span<double> scratch)
    {
        _reference = reference;
        _candidate = candidate;
        _shape = shape;
        _plane = plane;
        _pad = pad;
        _scratch = scratch;
    }

    /// <summary>Constants and centres of a block; centres are means over some of its pixels, whole numbers for whole-numbered images.</summary>
    public SimilarityTerms Terms(int left, int top, int width, int height, double range)
    {
        double first = 0, second = 0;
        int count = 0;
        for (int y = top; y < top + height; y += SampleStep)
        {
            for (int x = left; x < left + width; x += SampleStep)
            {
                int at = ((Math.Min(y, _shape.Height - 1) * _shape.Width) + Math.Min(x, _shape.Width - 1)) * _shape.Channels;
                first += PlaneReader.ValueAt(_reference, at, _shape.Channels, _plane);
                second += PlaneReader.ValueAt(_candidate, at, _shape.Channels, _plane);
                count++;
            }
        }

        double sum = (first + second) / count, difference = (first - second) / count;
        if (!PlaneReader.IsFloating<T>())
        {
            (sum, difference) = (Math.Round(sum), Math.Round(difference));
        }

        double c1 = 0.01 * range, c2 = 0.03 * range;
        return new SimilarityTerms((float)sum, (float)difference, (float)(c1 * c1), (float)(c2 * c2));
    }

    /// <summary>Reads <paramref name="count"/> pixels of a row, counted from the first pixel of the padded image, and returns the largest magnitude.</summary>
    public float Read<TLanes>(int left, int row, int count, in SimilarityTerms terms, Span<float> sums, Span<float> differences)
        where TLanes : struct, ILanes<TLanes>
    {
        int line = Math.Clamp(row - _pad, 0, _shape.Height - 1);
        int from = Math.Max(left - _pad, 0), to = Math.Min(left - _pad + count, _shape.Width), before = from - (left - _pad), inside = to - from;
        int at = ((line * _shape.Width) + from) * _shape.Channels, length = inside * _shape.Channels;
        ReadOnlySpan<T> first = _reference.Slice(at, length), second = _candidate.Slice(at, length);
        Span<float> innerSums = sums.Slice(before, inside), innerDifferences = differences.Slice(before, inside);
        float peak = 0;
        if (typeof(T) == typeof(byte) && _shape.Channels == 1)
        {
            CentreBytes<TLanes>(MemoryMarshal.Cast<T, byte>(first), MemoryMarshal.Cast<T, byte>(second), terms, innerSums, innerDifferences);
        }
        else if (typeof(T) == typeof(float) && _shape.Channels == 1)
        {
            peak = SimilarityFilter.Centre<TLanes>(MemoryMarshal.Cast<T, float>(first), MemoryMarshal.Cast<T, float>(second), terms, innerSums, innerDifferences);
        }
        else
        {
            peak = CentreAny(first, second, terms, innerSums, innerDifferences);
        }

        if (inside < count)
        {
            sums[..before].Fill(innerSums[0]);
            differences[..before].Fill(innerDifferences[0]);
            sums[(before + inside)..count].Fill(innerSums[^1]);
            differences[(before + inside)..count].Fill(innerDifferences[^1]);
        }

        return peak;
    }

    private float CentreAny(ReadOnlySpan<T> first, ReadOnlySpan<T> second, in SimilarityTerms terms, Span<float> sums, Span<float> differences)
    {
        Span<double> one = _scratch[..sums.Length], other = _scratch.Slice(sums.Length, sums.Length);
        PlaneReader.Read(first, _shape.Channels, _plane, one);
        PlaneReader.Read(second, _shape.Channels, _plane, other);
        float peak = 0;
        for (int x = 0; x < one.Length; x++)
        {
            sums[x] = (float)(one[x] + other[x] - terms.SumCentre);
            differences[x] = (float)(one[x] - other[x] - terms.DifferenceCentre);
            peak = MathF.Max(peak, MathF.Max(MathF.Abs(sums[x]), MathF.Abs(differences[x])));
        }

        return peak;
    }

    // Whole numbers: exact at any number of lanes.
    private static void CentreBytes<TLanes>(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, in SimilarityTerms terms, Span<float> sums, Span<float> differences)
        where TLanes : struct, ILanes<TLanes>
    {
        int x = 0;
        short sumCentre = (short)terms.SumCentre, differenceCentre = (short)terms.DifferenceCentre;
        if (TLanes.Count >= 8 && first.Length >= 16)
        {
            Vector256<short> fromSums = Vector256.Create(sumCentre), fromDifferences = Vector256.Create(differenceCentre);
            for (; x < first.Length; x += 16)
            {
                x = Math.Min(x, first.Length - 16);     // the last ones overlap
                Vector256<short> one = Vector256.WidenLower(Vector128.Create(first.Slice(x, 16)).ToVector256Unsafe()).AsInt16();
                Vector256<short> other = Vector256.WidenLower(Vector128.Create(second.Slice(x, 16)).ToVector256Unsafe()).AsInt16();
                Store(one + other - fromSums, sums[x..]);
                Store(one - other - fromDifferences, differences[x..]);
            }
        }

        for (; x < first.Length; x++)
        {
            sums[x] = first[x] + second[x] - sumCentre;
            differences[x] = first[x] - second[x] - differenceCentre;
        }

        static void Store(Vector256<short> values, Span<float> into)
        {
            (Vector256<int> low, Vector256<int> high) = Vector256.Widen(values);
            Vector256.ConvertToSingle(low).CopyTo(into);
            Vector256.ConvertToSingle(high).CopyTo(into[8..]);
        }
    }
}
