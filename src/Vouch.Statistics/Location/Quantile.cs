using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Location;

/// <summary>Quantiles and the median of a sample.</summary>
/// <remarks>
/// O(n) in the worst case, no allocation once the array pool is warm; pure functions, safe to call from any thread; the input's order does not matter.
/// Infinite values sort as such; between minus and plus infinity an interpolated answer is NaN. An empty sample has no quantile: NaN.
/// </remarks>
public static class Quantile
{
    private const double MachineEpsilon = 1.0 / (1L << 52);

    /// <summary>The median: the middle value, or the middle between the two middle values.</summary>
    /// <param name="values">Any numbers but NaN.</param>
    /// <returns>A number, or NaN for an empty sample.</returns>
    /// <exception cref="ArgumentException">A value is NaN; the message names the index.</exception>
    public static double Median(ReadOnlySpan<double> values) => Of(values, 0.5, QuantileMethod.AveragedInverseCdf);

    /// <summary>A quantile of a sample.</summary>
    /// <param name="values">Any numbers but NaN.</param>
    /// <param name="share">A fraction in [0, 1].</param>
    /// <param name="method">How it is read off. Positions within four roundings of a whole number count as whole.</param>
    /// <returns>A number, or NaN for an empty sample.</returns>
    /// <exception cref="ArgumentException">A value is NaN, the share is outside [0, 1], or the method is not defined.</exception>
    public static double Of(ReadOnlySpan<double> values, double share, QuantileMethod method = QuantileMethod.Linear)
    {
        Require.Probability(share);
        Require.NoNaN(values);
        (int rank, double beyond) = Position(values.Length, share, method);
        if (values.IsEmpty)
        {
            return double.NaN;
        }

        using Workspace copy = Workspace.CopyOf(values);
        return Interpolate(copy.Span, rank, beyond);
    }

    /// <summary>The median, worked out inside the input, which is left in another order.</summary>
    internal static double MedianInPlace(Span<double> values) =>
        Interpolate(values, (values.Length - 1) / 2, values.Length % 2 == 0 ? 0.5 : 0);

    /// <summary>The value at a rank (0 the smallest), moved a fraction of the way to the next. Reorders the values.</summary>
    private static double Interpolate(Span<double> values, int rank, double beyond)
    {
        double lower = Selection.Select(values, default, rank) + 0.0;
        if (beyond == 0 || rank + 1 >= values.Length)
        {
            return lower;
        }

        // Selection left nothing smaller behind the rank.
        double upper = double.PositiveInfinity;
        foreach (double value in values[(rank + 1)..])
        {
            upper = Math.Min(upper, value);
        }

        upper += 0.0;
        return lower == upper || beyond == 1 ? upper : (lower * (1 - beyond)) + (upper * beyond);
    }

    private static (int Rank, double Beyond) Position(int n, double share, QuantileMethod method)
    {
        double position = method switch
        {
            QuantileMethod.InverseCdf or QuantileMethod.AveragedInverseCdf => n * share,
            QuantileMethod.Weibull => (n + 1) * share,
            QuantileMethod.Linear => 1 + ((n - 1) * share),
            QuantileMethod.MedianUnbiased => ((n + (1.0 / 3)) * share) + (1.0 / 3),
            _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Not a defined method."),
        };

        double nearest = Math.Round(position);
        position = Math.Abs(position - nearest) <= 4 * Math.Max(1, position) * MachineEpsilon ? nearest : position;
        double floor = Math.Floor(position);
        double beyond = method switch
        {
            QuantileMethod.InverseCdf => position > floor ? 1 : 0,
            QuantileMethod.AveragedInverseCdf => position > floor ? 1 : 0.5,
            _ => position - floor,
        };

        // One below the first or above the last value there is nothing to move towards.
        return floor < 1 ? (0, 0) : floor >= n ? (n - 1, 0) : ((int)floor - 1, beyond);
    }
}
