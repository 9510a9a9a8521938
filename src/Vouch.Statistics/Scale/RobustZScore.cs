using Vouch.Statistics.Location;
using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Scale;

/// <summary>How far each value lies from the median, in robust standard deviations.</summary>
/// <remarks>O(n), no allocation once the array pool is warm. Pure functions, safe to call from any thread.</remarks>
public static class RobustZScore
{
    /// <summary>Scores every value: (value - median) / (1.4826 median absolute deviation).</summary>
    /// <param name="values">Any finite numbers.</param>
    /// <param name="scores">Receives one score per value. Where the deviation is 0 (more than half of the values are equal) a value at the median scores 0 and any other plus or minus infinity.</param>
    /// <exception cref="ArgumentException">A value is NaN or infinite, or the lengths differ.</exception>
    /// <remarks>Source: B. Iglewicz, D. Hoaglin, <i>How to Detect and Handle Outliers</i>, ASQC, 1993.</remarks>
    public static void Of(ReadOnlySpan<double> values, Span<double> scores)
    {
        if (values.Length != scores.Length)
        {
            throw new ArgumentException($"There must be room for one score per value: {values.Length} values, room for {scores.Length}.", nameof(scores));
        }

        Require.AllFinite(values);
        double centre = Quantile.Median(values);
        double scale = values.IsEmpty ? 1 : MedianAbsoluteDeviation.About(values, centre);
        for (int i = 0; i < values.Length; i++)
        {
            double distance = values[i] - centre;
            scores[i] = distance == 0 ? 0 : distance / scale;
        }
    }
}
