using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Location;

/// <summary>The mean of what is left when the smallest and the largest values are cut off.</summary>
/// <remarks>
/// O(n) in the worst case, no allocation once the array pool is warm. Pure functions, safe to call from any thread. The sum is exact and rounded once, so
/// the input's order does not matter.
/// </remarks>
public static class TrimmedMean
{
    /// <summary>The trimmed mean.</summary>
    /// <param name="values">Any numbers but NaN.</param>
    /// <param name="share">The fraction cut off at either end, in [0, 0.5); the count is rounded down.</param>
    /// <returns>A number; NaN for an empty sample, or where minus and plus infinity are both left.</returns>
    /// <exception cref="ArgumentException">A value is NaN, or the share is outside [0, 0.5).</exception>
    /// <remarks>Source: P. Huber, E. Ronchetti, <i>Robust Statistics</i>, 2nd edition, Wiley, 2009, section 3.3.</remarks>
    public static double Of(ReadOnlySpan<double> values, double share)
    {
        if (!(share >= 0 && share < 0.5))
        {
            Require.ThrowOutOfRange(nameof(share), share, "a fraction in [0, 0.5)");
        }

        Require.NoNaN(values);
        if (values.IsEmpty)
        {
            return double.NaN;
        }

        using Workspace copy = Workspace.CopyOf(values);
        Span<double> kept = copy.Span;
        int cut = (int)(values.Length * share);
        if (cut > 0)
        {
            _ = Selection.Select(kept, default, cut);
            kept = Ordered(kept, cut, fromFront: true);
            _ = Selection.Select(kept, default, kept.Length - 1 - cut);
            kept = Ordered(kept, kept.Length - cut, fromFront: false);
        }

        return Mean(kept);
    }

    // Selection leaves no larger value before the rank and no smaller one behind it.
    private static Span<double> Ordered(Span<double> values, int rank, bool fromFront) => fromFront ? values[rank..] : values[..rank];

    private static double Mean(ReadOnlySpan<double> values)
    {
        LongAccumulator positive = default;
        LongAccumulator negative = default;
        double infinite = 0;
        foreach (double value in values)
        {
            if (double.IsInfinity(value))
            {
                infinite += value;
            }
            else if (value >= 0)
            {
                positive.Add(value + 0.0);
            }
            else
            {
                negative.Add(-value);
            }
        }

        if (infinite != 0)
        {
            return infinite;
        }

        (double fraction, int exponent) = LongAccumulator.Difference(positive, negative);
        int shift = Math.ILogB(values.Length);
        return Math.ScaleB(fraction / Math.ScaleB(values.Length, -shift), exponent - shift);
    }
}
