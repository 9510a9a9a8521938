using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Vouch.TrustEngine.Imaging.Lanes;

namespace Vouch.TrustEngine.Imaging;

/// <summary>The steps of the Gaussian SSIM in single precision, row by row; results are the same bit for bit at every number of lanes.</summary>
internal static class SimilarityFilter
{
    public const int Taps = 11;
    public const int Radius = Taps / 2;

    /// <summary>The windows of a block side by side.</summary>
    public const int Columns = 128;

    /// <summary>Values from filtered row to filtered row.</summary>
    public const int Stride = Columns + Slack;

    /// <summary>Room to the right of rows, so that whole vectors can be read and written.</summary>
    public const int Slack = 16;

    public static readonly double[] Window = GaussianWindow();

    private static readonly float[] Weights = [.. Window.Take(Radius + 1).Select(static weight => (float)weight)];

    /// <summary>Gets the lanes to use on this machine: 16, 8, 4 or 1.</summary>
    public static int PreferredLanes { get; } =
        Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : Vector128.IsHardwareAccelerated ? 4 : 1;

    /// <summary>Filters a row and its squares: <paramref name="count"/> values each from as many and ten more.</summary>
    public static void Across<TLanes>(ReadOnlySpan<float> row, int count, Span<float> means, Span<float> squares)
        where TLanes : struct, ILanes<TLanes>
    {
        _ = row[count + Slack + Taps - 2] + means[count + Slack - 1] + squares[count + Slack - 1];
        ref float source = ref MemoryMarshal.GetReference(row), first = ref MemoryMarshal.GetReference(means), second = ref MemoryMarshal.GetReference(squares);
        TLanes w0 = TLanes.All(Weights[0]), w1 = TLanes.All(Weights[1]), w2 = TLanes.All(Weights[2]);
        TLanes w3 = TLanes.All(Weights[3]), w4 = TLanes.All(Weights[4]), w5 = TLanes.All(Weights[5]);
        for (nint x = 0; x < count; x += TLanes.Count)
        {
            TLanes middle = TLanes.Load(in source, x + 5);
            TLanes mean = middle * w5, square = middle * mean;
            AddPair(TLanes.Load(in source, x + 4), TLanes.Load(in source, x + 6), w4, ref mean, ref square);
            AddPair(TLanes.Load(in source, x + 3), TLanes.Load(in source, x + 7), w3, ref mean, ref square);
            AddPair(TLanes.Load(in source, x + 2), TLanes.Load(in source, x + 8), w2, ref mean, ref square);
            AddPair(TLanes.Load(in source, x + 1), TLanes.Load(in source, x + 9), w1, ref mean, ref square);
            AddPair(TLanes.Load(in source, x), TLanes.Load(in source, x + 10), w0, ref mean, ref square);
            TLanes.Store(mean, ref first, x);
            TLanes.Store(square, ref second, x);
        }
    }

    /// <summary>Filters twelve rows, <see cref="Stride"/> apart, down to two neighbouring ones.</summary>
    public static void Down<TLanes>(ReadOnlySpan<float> rows, int count, Span<float> upper, Span<float> lower)
        where TLanes : struct, ILanes<TLanes>
    {
        _ = rows[(Taps * Stride) + count + Slack - 1] + upper[count + Slack - 1] + lower[count + Slack - 1];
        ref float source = ref MemoryMarshal.GetReference(rows), first = ref MemoryMarshal.GetReference(upper), second = ref MemoryMarshal.GetReference(lower);
        TLanes w0 = TLanes.All(Weights[0]), w1 = TLanes.All(Weights[1]), w2 = TLanes.All(Weights[2]);
        TLanes w3 = TLanes.All(Weights[3]), w4 = TLanes.All(Weights[4]), w5 = TLanes.All(Weights[5]);
        for (nint x = 0; x < count; x += TLanes.Count)
        {
            // From the middle outwards: of each new pair of rows the upper window takes the low one with the high one before, the lower window the others.
            TLanes low = TLanes.Load(in source, x + (5 * Stride)), high = TLanes.Load(in source, x + (6 * Stride));
            TLanes above = low * w5, below = high * w5;
            TLanes nextLow = TLanes.Load(in source, x + (4 * Stride)), nextHigh = TLanes.Load(in source, x + (7 * Stride));
            above = TLanes.MultiplyAdd(nextLow + high, w4, above);
            below = TLanes.MultiplyAdd(low + nextHigh, w4, below);
            low = TLanes.Load(in source, x + (3 * Stride));
            high = TLanes.Load(in source, x + (8 * Stride));
            above = TLanes.MultiplyAdd(low + nextHigh, w3, above);
            below = TLanes.MultiplyAdd(nextLow + high, w3, below);
            nextLow = TLanes.Load(in source, x + (2 * Stride));
            nextHigh = TLanes.Load(in source, x + (9 * Stride));
            above = TLanes.MultiplyAdd(nextLow + high, w2, above);
            below = TLanes.MultiplyAdd(low + nextHigh, w2, below);
            low = TLanes.Load(in source, x + Stride);
            high = TLanes.Load(in source, x + (10 * Stride));
            above = TLanes.MultiplyAdd(low + nextHigh, w1, above);
            below = TLanes.MultiplyAdd(nextLow + high, w1, below);
            above = TLanes.MultiplyAdd(TLanes.Load(in source, x) + high, w0, above);
            below = TLanes.MultiplyAdd(low + TLanes.Load(in source, x + (11 * Stride)), w0, below);
            TLanes.Store(above, ref first, x);
            TLanes.Store(below, ref second, x);
        }
    }

    /// <summary>Adds the similarities of a row of windows to the totals of their columns.</summary>
    /// <param name="planes">Filtered sums, differences, squared sums and squared differences of the two images, <see cref="Stride"/> apart.</param>
    /// <param name="count">Windows in the row.</param>
    /// <param name="terms">Centres and constants.</param>
    /// <param name="totals">One total per column.</param>
    public static void AddRatios<TLanes>(ReadOnlySpan<float> planes, int count, in SimilarityTerms terms, Span<float> totals)
        where TLanes : struct, ILanes<TLanes>
    {
        _ = planes[(3 * Stride) + count + Slack - 1] + totals[count + Slack - 1];
        ref float source = ref MemoryMarshal.GetReference(planes), target = ref MemoryMarshal.GetReference(totals);
        TLanes half = TLanes.All(0.5f), c1 = TLanes.All(terms.C1), c2 = TLanes.All(terms.C2);
        TLanes sumCentre = TLanes.All(terms.SumCentre), differenceCentre = TLanes.All(terms.DifferenceCentre);
        for (nint x = 0; x < count; x += TLanes.Count)
        {
            TLanes sum = TLanes.Load(in source, x), difference = TLanes.Load(in source, x + Stride);
            TLanes sumVariance = TLanes.Load(in source, x + (2 * Stride)) - (sum * sum);
            TLanes differenceVariance = TLanes.Load(in source, x + (3 * Stride)) - (difference * difference);
            sum += sumCentre;
            difference += differenceCentre;
            TLanes sumSquare = sum * sum, differenceSquare = difference * difference;
            TLanes above = TLanes.MultiplyAdd(sumVariance - differenceVariance, half, c2) * TLanes.MultiplyAdd(sumSquare - differenceSquare, half, c1);
            TLanes below = TLanes.MultiplyAdd(sumVariance + differenceVariance, half, c2) * TLanes.MultiplyAdd(sumSquare + differenceSquare, half, c1);
            TLanes.Store(TLanes.Load(in target, x) + (above / below), ref target, x);
        }
    }

    /// <summary>Turns two rows into their sums and differences, less the centres, and returns the largest magnitude among them; NaN may go unseen.</summary>
    public static float Centre<TLanes>(ReadOnlySpan<float> first, ReadOnlySpan<float> second, in SimilarityTerms terms, Span<float> sums, Span<float> differences)
        where TLanes : struct, ILanes<TLanes>
    {
        int whole = first.Length - (first.Length % TLanes.Count), x = 0;
        TLanes sumCentre = TLanes.All(terms.SumCentre), differenceCentre = TLanes.All(terms.DifferenceCentre), peak = TLanes.All(0);
        ref float left = ref MemoryMarshal.GetReference(first), right = ref MemoryMarshal.GetReference(second);
        _ = sums[first.Length - 1] + differences[first.Length - 1] + second[first.Length - 1];
        for (; x < whole; x += TLanes.Count)
        {
            TLanes a = TLanes.Load(in left, x), b = TLanes.Load(in right, x);
            TLanes sum = a + b - sumCentre, difference = a - b - differenceCentre;
            peak = TLanes.Max(peak, TLanes.Max(TLanes.Abs(sum), TLanes.Abs(difference)));
            TLanes.Store(sum, ref MemoryMarshal.GetReference(sums), x);
            TLanes.Store(difference, ref MemoryMarshal.GetReference(differences), x);
        }

        Span<float> peaks = stackalloc float[16];
        peaks.Clear();
        TLanes.Store(peak, ref peaks[0], 0);
        float highest = 0;
        foreach (float value in peaks)
        {
            highest = MathF.Max(highest, value);
        }

        for (; x < first.Length; x++)
        {
            sums[x] = first[x] + second[x] - terms.SumCentre;
            differences[x] = first[x] - second[x] - terms.DifferenceCentre;
            highest = MathF.Max(highest, MathF.Max(MathF.Abs(sums[x]), MathF.Abs(differences[x])));
        }

        return highest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddPair<TLanes>(TLanes before, TLanes after, TLanes weight, ref TLanes mean, ref TLanes square)
        where TLanes : struct, ILanes<TLanes>
    {
        mean = TLanes.MultiplyAdd(before + after, weight, mean);
        square = TLanes.MultiplyAdd(TLanes.MultiplyAdd(before, before, after * after), weight, square);
    }

    private static double[] GaussianWindow()
    {
        const double Sigma = 1.5;
        double[] window = new double[Taps];
        for (int i = 0; i < Taps; i++)
        {
            double distance = i - Radius;
            window[i] = Math.Exp(-distance * distance / (2 * Sigma * Sigma));
        }

        double sum = window.Sum();
        for (int i = 0; i < Taps; i++)
        {
            window[i] /= sum;
        }

        return window;
    }
}
