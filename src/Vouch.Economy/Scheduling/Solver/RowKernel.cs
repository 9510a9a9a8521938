using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vouch.Economy.Scheduling.Solver;

/// <summary>Sums, products and extremes of rows of doubles, over vectors of four where the hardware has them.</summary>
internal static class RowKernel
{
    /// <summary>Adds a multiple of a row to another of the same length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(Span<double> target, ReadOnlySpan<double> row, double factor)
    {
        int t = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref double to = ref MemoryMarshal.GetReference(target);
            ref double from = ref MemoryMarshal.GetReference(row);
            Vector256<double> by = Vector256.Create(factor);
            for (; t <= target.Length - 4; t += 4)
            {
                (Vector256.LoadUnsafe(ref to, (nuint)t) + (Vector256.LoadUnsafe(ref from, (nuint)t) * by)).StoreUnsafe(ref to, (nuint)t);
            }
        }

        for (; t < target.Length; t++)
        {
            target[t] += row[t] * factor;
        }
    }

    /// <summary>Writes the sums before every value and after the last.</summary>
    /// <remarks>Sums of four at once within a vector, so that only one addition in four waits for the one before it.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(ReadOnlySpan<double> values, Span<double> prefix)
    {
        prefix[0] = 0;
        double sum = 0;
        int t = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref double from = ref MemoryMarshal.GetReference(values);
            ref double to = ref MemoryMarshal.GetReference(prefix);
            Vector256<double> carry = Vector256<double>.Zero;
            for (; t <= values.Length - 4; t += 4)
            {
                Vector256<double> v = Vector256.LoadUnsafe(ref from, (nuint)t);
                Vector256<double> one = Vector256.Shuffle(v, Vector256.Create(0L, 0, 1, 2)) & Vector256.Create(0L, -1, -1, -1).AsDouble();
                v += one;
                Vector256<double> two = Vector256.Shuffle(v, Vector256.Create(0L, 0, 0, 1)) & Vector256.Create(0L, 0, -1, -1).AsDouble();
                v = v + two + carry;
                v.StoreUnsafe(ref to, (nuint)t + 1);
                carry = Vector256.Shuffle(v, Vector256.Create(3L, 3, 3, 3));
            }

            sum = carry[0];
        }

        for (; t < values.Length; t++)
        {
            sum += values[t];
            prefix[t + 1] = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Dot(ReadOnlySpan<double> one, ReadOnlySpan<double> other)
    {
        double sum = 0;
        int t = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref double a = ref MemoryMarshal.GetReference(one);
            ref double b = ref MemoryMarshal.GetReference(other);
            Vector256<double> sums = Vector256<double>.Zero;
            for (; t <= one.Length - 4; t += 4)
            {
                sums += Vector256.LoadUnsafe(ref a, (nuint)t) * Vector256.LoadUnsafe(ref b, (nuint)t);
            }

            sum = Vector256.Sum(sums);
        }

        for (; t < one.Length; t++)
        {
            sum += one[t] * other[t];
        }

        return sum;
    }

    /// <summary>The least cost among the slots that are not taken whole, and the greatest among those that are taken at all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double Low, double High) Extremes(ReadOnlySpan<double> costs, ReadOnlySpan<double> shares)
    {
        double low = double.PositiveInfinity;
        double high = double.NegativeInfinity;
        int t = 0;
        if (Vector256.IsHardwareAccelerated && costs.Length >= 4)
        {
            ref double cost = ref MemoryMarshal.GetReference(costs);
            ref double share = ref MemoryMarshal.GetReference(shares);
            Vector256<double> lows = Vector256.Create(low);
            Vector256<double> highs = Vector256.Create(high);
            Vector256<double> none = lows;
            for (; t <= costs.Length - 4; t += 4)
            {
                Vector256<double> u = Vector256.LoadUnsafe(ref cost, (nuint)t);
                Vector256<double> x = Vector256.LoadUnsafe(ref share, (nuint)t);
                lows = Vector256.MinNative(lows, Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<double>.One), u, none));
                highs = Vector256.MaxNative(highs, Vector256.ConditionalSelect(Vector256.GreaterThan(x, Vector256<double>.Zero), u, -none));
            }

            low = Smallest(lows);
            high = -Smallest(-highs);
        }

        for (; t < costs.Length; t++)
        {
            low = shares[t] < 1 && costs[t] < low ? costs[t] : low;
            high = shares[t] > 0 && costs[t] > high ? costs[t] : high;
        }

        return (low, high);
    }

    /// <summary>The least of four.</summary>
    public static double Smallest(Vector256<double> four) =>
        Math.Min(Math.Min(four[0], four[1]), Math.Min(four[2], four[3]));
}
