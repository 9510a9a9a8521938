using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Vouch.Statistics.Location;

namespace Vouch.Statistics.Numerics;

/// <summary>
/// The weighted median of few values without sorting: for every value the weight up to and including it is counted, four values to a vector and without a
/// branch on the data. It answers only where rounding cannot have decided; everything else is left to <see cref="WeightedSelection"/>.
/// </summary>
internal static class WeightedCounting
{
    /// <summary>Counting takes n * n / 4 steps; beyond this count selection is quicker.</summary>
    public const int Largest = 64;

    private const int Lanes = 4;
    private const uint AllLanes = 0xF;
    private const double Rounding = 1.0 / (1L << 52);

    // Far from where sums overflow or their halves and error bounds are denormal.
    private const double LeastTotal = 1e-280;
    private const double LargestTotal = 1e300;

    /// <summary>Whether the processor has the vectors that make counting worth it.</summary>
    public static bool IsSupported => Vector256.IsHardwareAccelerated;

    /// <summary>Finds both medians of at most <see cref="Largest"/> values.</summary>
    /// <returns>False where a value or weight is not allowed, nothing carries weight, or plain sums cannot tell.</returns>
    public static bool TryFind(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, out WeightedMedianResult result) =>
        values.Length < Lanes ? TryFindCarriers(values, weights, out result) : TryFind(values, weights, values.Length, out result);

    // Copies what carries weight, and fills up to one vector with plus infinity without weight: never below an answer, and never behind a tie.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryFindCarriers(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, out WeightedMedianResult result)
    {
        Span<double> carrying = stackalloc double[2 * Largest];
        Span<double> theirWeights = carrying[Largest..];
        carrying[..Lanes].Fill(double.PositiveInfinity);
        int carriers = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(values[i]) || !(weights[i] >= 0))
            {
                result = default;
                return false;
            }

            if (weights[i] > 0)
            {
                carrying[carriers] = values[i];
                theirWeights[carriers++] = weights[i];
            }
        }

        int count = Math.Max(carriers, Lanes);
        return TryFind(carrying[..count], theirWeights[..count], carriers, out result);
    }

    private static bool TryFind(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, int carriers, out WeightedMedianResult result)
    {
        int count = values.Length;
        ref double value = ref MemoryMarshal.GetReference(values);
        ref double weight = ref MemoryMarshal.GetReference(weights);
        Vector256<double> good = Vector256<double>.AllBitsSet;
        Vector256<double> positive = good;
        Vector256<double> whole = good;
        Vector256<double> sum = Vector256<double>.Zero;
        Vector256<double> error = sum;
        int i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            Vector256<double> next = Vector256.LoadUnsafe(ref value, (nuint)i);
            Vector256<double> added = Vector256.LoadUnsafe(ref weight, (nuint)i);
            good &= Vector256.Equals(next, next);
            positive &= Vector256.GreaterThan(added, Vector256<double>.Zero);
            whole &= Vector256.Equals(Vector256.Floor(added), added);
            AddExactly(ref sum, ref error, added);
        }

        if (i < count)
        {
            // The last vector overlaps the one before, of which nothing is summed again.
            Vector256<double> next = Vector256.LoadUnsafe(ref value, (nuint)(count - Lanes));
            Vector256<double> added = Vector256.LoadUnsafe(ref weight, (nuint)(count - Lanes));
            good &= Vector256.Equals(next, next);
            positive &= Vector256.GreaterThan(added, Vector256<double>.Zero);
            whole &= Vector256.Equals(Vector256.Floor(added), added);
            AddExactly(ref sum, ref error, added & Vector256.GreaterThan(Vector256.Create(0.0, 1.0, 2.0, 3.0), Vector256.Create(i - count + 3.5)));
        }

        (double total, bool isExact) = Fold(sum, error, count);
        if (carriers == count && positive.ExtractMostSignificantBits() != AllLanes)
        {
            return TryFindCarriers(values, weights, out result);
        }

        // A weight that is NaN or infinite makes the total such.
        if (good.ExtractMostSignificantBits() != AllLanes || !(total >= LeastTotal && total <= LargestTotal))
        {
            result = default;
            return false;
        }

        if (whole.ExtractMostSignificantBits() == AllLanes && total < 1L << 53)
        {
            return TryCount(values, weights, total, 0, carriers, total, out result);
        }

        if (weights[..carriers].IndexOfAnyExcept(weight) < 0)
        {
            return TryCountEqual(values, carriers, weight, out result);
        }

        // Summing n numbers in any order is off by at most n - 1 roundings of the total; twice that, and the roundings of the threshold, is safe.
        result = default;
        return isExact && TryCount(values, weights, total, (count + 8.0) * Rounding * total, carriers, total, out result);
    }

    // Knuth's TwoSum: the rounding errors are kept, in plain sums of their own.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddExactly(ref Vector256<double> sum, ref Vector256<double> error, Vector256<double> added)
    {
        Vector256<double> grown = sum + added;
        Vector256<double> back = grown - sum;
        error += (sum - (grown - back)) + (added - back);
        sum = grown;
    }

    // Equal weights count as 1 each: whole numbers, and the total is one product, rounded once.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryCountEqual(ReadOnlySpan<double> values, int carriers, double unit, out WeightedMedianResult result)
    {
        Span<double> ones = stackalloc double[Largest];
        ones[..carriers].Fill(1);
        return TryCount(values, ones[..values.Length], carriers, 0, carriers, unit * carriers, out result);
    }

    // The total, and whether it is correctly rounded for sure. Errors are at most n roundings of the total and their sum is off by at most n roundings of
    // theirs: where both ends of that range round to the same number, it is the one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (double Rounded, bool IsExact) Fold(Vector256<double> sum, Vector256<double> error, int count)
    {
        Vector128<double> left = sum.GetLower();
        Vector128<double> right = sum.GetUpper();
        Vector128<double> pairs = left + right;
        Vector128<double> pairBack = pairs - left;
        Vector128<double> pairErrors = (left - (pairs - pairBack)) + (right - pairBack) + (error.GetLower() + error.GetUpper());
        double first = pairs.ToScalar();
        double second = pairs.GetElement(1);
        double total = first + second;
        double back = total - first;
        double lost = (first - (total - back)) + (second - back) + Vector128.Sum(pairErrors);
        double range = (count + 8.0) * Rounding * ((count + 8.0) * Rounding) * total;
        double rounded = total + lost;
        return (rounded, total + (lost - range) == rounded && total + (lost + range) == rounded);
    }

    // Padding without weight changes neither the medians nor the number of carriers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryFindFew(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, out WeightedMedianResult result)
    {
        Span<double> padded = stackalloc double[2 * Lanes];
        padded.Clear();
        for (int i = 0; i < values.Length; i++)
        {
            padded[i] = values[i];
            padded[Lanes + i] = weights[i];
        }

        return TryFind(padded[..Lanes], padded[Lanes..], out result);
    }

    // Equal weights count as 1 each: whole numbers, and the total is one product, rounded once.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryCountEqual(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, int carriers, double unit, out WeightedMedianResult result)
    {
        Span<double> ones = stackalloc double[Largest];
        ones = ones[..weights.Length];
        for (int i = 0; i < ones.Length; i++)
        {
            ones[i] = weights[i] > 0 ? 1 : 0;
        }

        return TryCount(values, ones, carriers, 0, carriers, unit * carriers, out result);
    }

    private static bool TryCount(
        ReadOnlySpan<double> values, ReadOnlySpan<double> weights, double total, double slack, int carriers, double totalWeight, out WeightedMedianResult result)
    {
        int count = values.Length;
        ref double value = ref MemoryMarshal.GetReference(values);
        ref double weight = ref MemoryMarshal.GetReference(weights);
        var findings = new Findings { Half = Vector256.Create(total / 2), Slack = Vector256.Create(slack), Lower = Vector256.Create(double.PositiveInfinity) };
        for (int start = 0; start < count; start += 4 * Lanes)
        {
            switch (count - start)
            {
                case <= 2 * Lanes:
                    CountTwo(ref value, ref weight, count, start, ref findings);
                    break;
                case <= 3 * Lanes:
                    CountThree(ref value, ref weight, count, start, ref findings);
                    break;
                default:
                    CountFour(ref value, ref weight, count, start, ref findings);
                    break;
            }
        }

        if (findings.InDoubt.ExtractMostSignificantBits() != 0)
        {
            result = default;
            return false;
        }

        double found = Least(findings.Lower);
        double next = findings.Tied.ExtractMostSignificantBits() == 0 ? found : Above(ref value, count, found);

        // Adding zero turns -0 into +0, so that the answer does not depend on which of two equal zeros came first.
        result = new WeightedMedianResult(found + 0.0, next + 0.0, carriers, totalWeight);
        return true;
    }

    // Two, three or four vectors at a time, in methods of their own: each loop keeps everything it needs in registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CountTwo(ref double value, ref double weight, int count, int start, ref Findings findings)
    {
        Vector256<double> value0 = Load(ref value, start, count);
        Vector256<double> value1 = Load(ref value, start + Lanes, count);
        Vector256<double> through0 = Vector256<double>.Zero;
        Vector256<double> through1 = Vector256<double>.Zero;
        for (nuint i = 0; i < (nuint)count; i++)
        {
            Vector256<double> other = Vector256.Create(Unsafe.Add(ref value, i));
            Vector256<double> otherWeight = Vector256.Create(Unsafe.Add(ref weight, i));
            through0 += Vector256.LessThanOrEqual(other, value0) & otherWeight;
            through1 += Vector256.LessThanOrEqual(other, value1) & otherWeight;
        }

        findings.Add(value0, through0);
        findings.Add(value1, through1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CountThree(ref double value, ref double weight, int count, int start, ref Findings findings)
    {
        Vector256<double> value0 = Load(ref value, start, count);
        Vector256<double> value1 = Load(ref value, start + Lanes, count);
        Vector256<double> value2 = Load(ref value, start + (2 * Lanes), count);
        Vector256<double> through0 = Vector256<double>.Zero;
        Vector256<double> through1 = Vector256<double>.Zero;
        Vector256<double> through2 = Vector256<double>.Zero;
        for (nuint i = 0; i < (nuint)count; i++)
        {
            Vector256<double> other = Vector256.Create(Unsafe.Add(ref value, i));
            Vector256<double> otherWeight = Vector256.Create(Unsafe.Add(ref weight, i));
            through0 += Vector256.LessThanOrEqual(other, value0) & otherWeight;
            through1 += Vector256.LessThanOrEqual(other, value1) & otherWeight;
            through2 += Vector256.LessThanOrEqual(other, value2) & otherWeight;
        }

        findings.Add(value0, through0);
        findings.Add(value1, through1);
        findings.Add(value2, through2);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CountFour(ref double value, ref double weight, int count, int start, ref Findings findings)
    {
        Vector256<double> value0 = Load(ref value, start, count);
        Vector256<double> value1 = Load(ref value, start + Lanes, count);
        Vector256<double> value2 = Load(ref value, start + (2 * Lanes), count);
        Vector256<double> value3 = Load(ref value, start + (3 * Lanes), count);
        Vector256<double> through0 = Vector256<double>.Zero;
        Vector256<double> through1 = Vector256<double>.Zero;
        Vector256<double> through2 = Vector256<double>.Zero;
        Vector256<double> through3 = Vector256<double>.Zero;
        for (nuint i = 0; i < (nuint)count; i++)
        {
            Vector256<double> other = Vector256.Create(Unsafe.Add(ref value, i));
            Vector256<double> otherWeight = Vector256.Create(Unsafe.Add(ref weight, i));
            through0 += Vector256.LessThanOrEqual(other, value0) & otherWeight;
            through1 += Vector256.LessThanOrEqual(other, value1) & otherWeight;
            through2 += Vector256.LessThanOrEqual(other, value2) & otherWeight;
            through3 += Vector256.LessThanOrEqual(other, value3) & otherWeight;
        }

        findings.Add(value0, through0);
        findings.Add(value1, through1);
        findings.Add(value2, through2);
        findings.Add(value3, through3);
    }

    // The last vectors overlap: a value counted twice is still one candidate.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Load(ref double first, int start, int count) => Vector256.LoadUnsafe(ref first, (nuint)Math.Min(start, count - Lanes));

    // Behind a tie: the smallest value above it that carries weight. There is one, for the other half of the weight lies there.
    private static double Above(ref double value, int count, double found)
    {
        Vector256<double> upper = Vector256.Create(double.PositiveInfinity);
        for (int start = 0; start < count; start += Lanes)
        {
            nuint at = (nuint)Math.Min(start, count - Lanes);
            Vector256<double> values = Vector256.LoadUnsafe(ref value, at);
            Vector256<double> above = Vector256.GreaterThan(values, Vector256.Create(found));
            upper = Vector256.Min(upper, Vector256.ConditionalSelect(above, values, Vector256.Create(double.PositiveInfinity)));
        }

        return Least(upper);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Least(Vector256<double> values)
    {
        Vector128<double> pairs = Vector128.Min(values.GetLower(), values.GetUpper());
        return Math.Min(pairs.ToScalar(), pairs.GetElement(1));
    }

    /// <summary>What the counts of the values looked at so far tell.</summary>
    private struct Findings
    {
        public Vector256<double> Half;
        public Vector256<double> Slack;
        public Vector256<double> Lower;
        public Vector256<double> InDoubt;
        public Vector256<double> Tied;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector256<double> values, Vector256<double> through)
        {
            Vector256<double> beyondHalf = through - Half;
            Vector256<double> reaches = Vector256.GreaterThanOrEqual(beyondHalf, Vector256<double>.Zero);
            Lower = Vector256.Min(Lower, Vector256.ConditionalSelect(reaches, values, Vector256.Create(double.PositiveInfinity)));
            InDoubt |= Vector256.LessThan(Vector256.Abs(beyondHalf), Slack);
            Tied |= Vector256.Equals(beyondHalf, Vector256<double>.Zero);
        }
    }
}
