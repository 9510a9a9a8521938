using System.Buffers;
using System.Runtime.CompilerServices;
using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Location;

/// <summary>The weighted median: the value that splits the total weight in half, which no minority of the weight can move beyond the values of the majority.</summary>
/// <remarks>
/// <para>Lower: the smallest value whose cumulated weight (its own and that of all smaller values) reaches half of the total. Upper: the mirror image.
/// They differ only where the weight splits exactly.</para>
/// <para>The answer is that of exact arithmetic on the given doubles: it depends neither on the order of the input nor on rounding, and weights whose sum
/// overflows or whose sizes lie far apart are
/// no exception. Values with weight 0 are ignored. Infinite values are allowed and sort as such. Minus zero counts as zero and is returned as zero. Where nothing carries
/// weight (empty input, all weights 0) there is no median: <see cref="WeightedMedianResult.HasValue"/> is false and the short forms return NaN.</para>
/// <para>O(n) in the worst case (quickselect with a median-of-medians fallback; up to 64 values are counted in vectors instead), no allocation once the array pool is warm. Pure functions, safe to call
/// from any thread.</para>
/// </remarks>
public static class WeightedMedian
{
    /// <summary>The lower weighted median.</summary>
    /// <param name="values">The values: any number but NaN.</param>
    /// <param name="weights">One weight per value: finite, 0 or more.</param>
    /// <returns>One of the values, or NaN where nothing carries weight.</returns>
    /// <exception cref="ArgumentException">The lengths differ, a value is NaN, or a weight is negative, NaN or infinite; the message names the index.</exception>
    public static double Lower(ReadOnlySpan<double> values, ReadOnlySpan<double> weights) => Find(values, weights).Lower;

    /// <summary>The upper weighted median.</summary>
    /// <param name="values">The values: any number but NaN.</param>
    /// <param name="weights">One weight per value: finite, 0 or more.</param>
    /// <returns>One of the values, or NaN where nothing carries weight.</returns>
    /// <exception cref="ArgumentException">The lengths differ, a value is NaN, or a weight is negative, NaN or infinite; the message names the index.</exception>
    public static double Upper(ReadOnlySpan<double> values, ReadOnlySpan<double> weights) => Find(values, weights).Upper;

    /// <summary>The middle between the lower and the upper weighted median.</summary>
    /// <param name="values">The values: any number but NaN.</param>
    /// <param name="weights">One weight per value: finite, 0 or more.</param>
    /// <returns>A number, or NaN where nothing carries weight or the medians are minus and plus infinity.</returns>
    /// <exception cref="ArgumentException">The lengths differ, a value is NaN, or a weight is negative, NaN or infinite; the message names the index.</exception>
    public static double Midpoint(ReadOnlySpan<double> values, ReadOnlySpan<double> weights) => Find(values, weights).Midpoint;

    /// <summary>Both weighted medians and the weight behind them.</summary>
    /// <param name="values">The values: any number but NaN.</param>
    /// <param name="weights">One weight per value: finite, 0 or more.</param>
    /// <returns>The medians, or a result without a value where nothing carries weight.</returns>
    /// <exception cref="ArgumentException">The lengths differ, a value is NaN, or a weight is negative, NaN or infinite; the message names the index.</exception>
    public static WeightedMedianResult Find(ReadOnlySpan<double> values, ReadOnlySpan<double> weights)
    {
        CheckLengths(values.Length, weights.Length);
        return TryCount(values, weights, out WeightedMedianResult counted) ? counted
            : values.Length <= WeightedSelection.OnStack ? SelectOnStack(values, weights)
            : SelectInPool(values, weights);
    }

    /// <summary>Both weighted medians, worked out in the caller's memory.</summary>
    /// <param name="values">The values: any number but NaN.</param>
    /// <param name="weights">One weight per value: finite, 0 or more.</param>
    /// <param name="scratch">At least twice as many elements as there are values; overwritten. Must not overlap the input.</param>
    /// <returns>The medians, or a result without a value where nothing carries weight.</returns>
    /// <exception cref="ArgumentException">The lengths differ, <paramref name="scratch"/> is too short, a value is NaN, or a weight is negative, NaN or infinite; the message names the index.</exception>
    public static WeightedMedianResult Find(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, Span<double> scratch)
    {
        CheckLengths(values.Length, weights.Length);
        if (scratch.Length / 2 < values.Length)
        {
            throw new ArgumentException($"The scratch memory needs 2 elements per value: {2L * values.Length}, not {scratch.Length}.", nameof(scratch));
        }

        return TryCount(values, weights, out WeightedMedianResult counted) ? counted : Select(values, weights, scratch);
    }

    /// <summary>Both weighted medians, worked out inside the input: the fastest form, for callers who need the input no more.</summary>
    /// <param name="values">The values: any number but NaN. Left in another order, and those without weight overwritten.</param>
    /// <param name="weights">One weight per value: finite, 0 or more. Left in another order or overwritten.</param>
    /// <returns>The medians, or a result without a value where nothing carries weight.</returns>
    /// <exception cref="ArgumentException">The lengths differ, a value is NaN, or a weight is negative, NaN or infinite; the message names the index.</exception>
    public static WeightedMedianResult FindInPlace(Span<double> values, Span<double> weights)
    {
        CheckLengths(values.Length, weights.Length);
        return TryCount(values, weights, out WeightedMedianResult counted)
            ? counted
            : Result(values, weights, WeightedSelection.Copy(values, weights, values, weights));
    }

    internal static void CheckLengths(int values, int weights)
    {
        if (values != weights)
        {
            throw new ArgumentException($"There must be one weight per value: {values} values, {weights} weights.", nameof(weights));
        }
    }

    private static bool TryCount(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, out WeightedMedianResult result)
    {
        if (WeightedCounting.IsSupported && values.Length <= WeightedCounting.Largest)
        {
            return WeightedCounting.TryFind(values, weights, out result);
        }

        result = default;
        return false;
    }

    // Apart from the callers, which should not pay for clearing memory that they may not need.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeightedMedianResult SelectOnStack(ReadOnlySpan<double> values, ReadOnlySpan<double> weights)
    {
        Span<double> stack = stackalloc double[2 * WeightedSelection.OnStack];
        return Select(values, weights, stack);
    }

    private static WeightedMedianResult SelectInPool(ReadOnlySpan<double> values, ReadOnlySpan<double> weights)
    {
        double[] pooled = ArrayPool<double>.Shared.Rent(checked(2 * values.Length));
        try
        {
            return Select(values, weights, pooled);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(pooled);
        }
    }

    private static WeightedMedianResult Select(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, Span<double> scratch)
    {
        Span<double> toValues = scratch[..values.Length];
        Span<double> toWeights = scratch.Slice(values.Length, values.Length);
        return Result(toValues, toWeights, WeightedSelection.Copy(values, weights, toValues, toWeights));
    }

    private static WeightedMedianResult Result(Span<double> values, Span<double> weights, WeightedSelection.Carried carried)
    {
        WeightedSelection.Answer answer = WeightedSelection.Find(values, weights, carried, 0.5);
        return new WeightedMedianResult(answer.Lower, answer.Upper, answer.Carriers, Math.ScaleB(answer.TotalFraction, answer.TotalExponent));
    }
}
