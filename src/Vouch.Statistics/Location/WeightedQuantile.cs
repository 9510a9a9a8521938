using System.Buffers;
using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Location;

/// <summary>Weighted quantiles by the inverse of the weighted distribution function.</summary>
/// <remarks>
/// <para><see cref="Lower"/> is Hyndman and Fan's type 1 (inverse of the distribution function) and <see cref="Midpoint"/> their type 2 (averaged where
/// the function is flat) when all weights are equal. Interpolating types have no agreed weighted form and are left out.</para>
/// <para>The input's order does not matter. The share 0.5 is compared exactly, as in <see cref="WeightedMedian"/>; with any other share a cumulated
/// weight within four roundings (relative 9e-16) of it counts as equal.
/// Zero weights, infinite values, missing weight and cost are as in <see cref="WeightedMedian"/>.</para>
/// <para>Source: R. Hyndman, Y. Fan, <i>Sample Quantiles in Statistical Packages</i>, The American Statistician 50 (1996).</para>
/// </remarks>
public static class WeightedQuantile
{
    /// <summary>The smallest value whose cumulated weight reaches the share of the total.</summary>
    /// <param name="values">The values: any number but NaN.</param>
    /// <param name="weights">One weight per value: finite, 0 or more.</param>
    /// <param name="share">A fraction in [0, 1]: 0 gives the smallest value with weight, 1 the largest.</param>
    /// <returns>One of the values, or NaN where nothing carries weight.</returns>
    /// <exception cref="ArgumentException">The lengths differ, a value is NaN, a weight is negative, NaN or infinite, or the share is outside [0, 1].</exception>
    public static double Lower(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, double share) => Find(values, weights, share).Lower;

    /// <summary>As <see cref="Lower"/>, but the next larger value where the cumulated weight equals the share.</summary>
    /// <param name="values">The values: any number but NaN.</param>
    /// <param name="weights">One weight per value: finite, 0 or more.</param>
    /// <param name="share">A fraction in [0, 1].</param>
    /// <returns>One of the values, or NaN where nothing carries weight.</returns>
    /// <exception cref="ArgumentException">The lengths differ, a value is NaN, a weight is negative, NaN or infinite, or the share is outside [0, 1].</exception>
    public static double Upper(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, double share) => Find(values, weights, share).Upper;

    /// <summary>The middle between <see cref="Lower"/> and <see cref="Upper"/>.</summary>
    /// <param name="values">The values: any number but NaN.</param>
    /// <param name="weights">One weight per value: finite, 0 or more.</param>
    /// <param name="share">A fraction in [0, 1].</param>
    /// <returns>A number, or NaN where nothing carries weight.</returns>
    /// <exception cref="ArgumentException">The lengths differ, a value is NaN, a weight is negative, NaN or infinite, or the share is outside [0, 1].</exception>
    public static double Midpoint(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, double share)
    {
        WeightedSelection.Answer answer = Find(values, weights, share);
        return answer.Lower == answer.Upper ? answer.Lower : (answer.Lower / 2) + (answer.Upper / 2);
    }

    private static WeightedSelection.Answer Find(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, double share)
    {
        Require.Probability(share);
        WeightedMedian.CheckLengths(values.Length, weights.Length);
        double[]? pooled = null;
        Span<double> scratch = values.Length <= WeightedSelection.OnStack
            ? stackalloc double[2 * WeightedSelection.OnStack]
            : pooled = ArrayPool<double>.Shared.Rent(checked(2 * values.Length));
        try
        {
            Span<double> toWeights = scratch.Slice(values.Length, values.Length);
            WeightedSelection.Carried carried = WeightedSelection.Copy(values, weights, scratch[..values.Length], toWeights);
            return WeightedSelection.Find(scratch, toWeights, carried, share);
        }
        finally
        {
            if (pooled is not null)
            {
                ArrayPool<double>.Shared.Return(pooled);
            }
        }
    }
}
