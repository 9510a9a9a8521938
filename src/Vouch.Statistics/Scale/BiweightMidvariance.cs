using Vouch.Statistics.Location;
using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Scale;

/// <summary>Tukey's biweight midvariance: a robust variance with high efficiency that gives values beyond nine median deviations no weight.</summary>
/// <remarks>
/// O(n), no allocation once the array pool is warm. Pure functions, safe to call from any thread. Source: F. Mosteller, J. Tukey, <i>Data Analysis and
/// Regression</i>, Addison-Wesley, 1977, section 10C.
/// </remarks>
public static class BiweightMidvariance
{
    /// <summary>The biweight midvariance.</summary>
    /// <param name="values">Any finite numbers.</param>
    /// <param name="tuning">The distance in raw median absolute deviations from which on a value counts nothing, above 0.</param>
    /// <returns>A number of 0 or more, in squared units; 0 where the median absolute deviation is 0; NaN for an empty sample.</returns>
    /// <exception cref="ArgumentException">A value is NaN or infinite, or the tuning is not a finite number above 0.</exception>
    public static double Of(ReadOnlySpan<double> values, double tuning = 9)
    {
        Require.Positive(tuning);
        double centre = Quantile.Median(values);
        double deviation = MedianAbsoluteDeviation.About(values, centre, 1);
        if (!(deviation > 0))
        {
            return deviation;
        }

        // In units of the deviation, so that squares do not overflow before they must.
        double numerator = 0;
        double denominator = 0;
        foreach (double value in values)
        {
            double distance = (value - centre) / deviation;
            double u = distance / tuning;
            double rest = 1 - (u * u);
            if (rest > 0)
            {
                numerator += distance * distance * rest * rest * rest * rest;
                denominator += rest * (1 - (5 * u * u));
            }
        }

        return values.Length * numerator / (denominator * denominator) * deviation * deviation;
    }
}
