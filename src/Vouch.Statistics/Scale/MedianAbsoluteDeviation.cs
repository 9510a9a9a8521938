using Vouch.Statistics.Location;
using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Scale;

/// <summary>The median absolute deviation from the median: a scale that up to half of the values cannot carry away.</summary>
/// <remarks>
/// O(n) in the worst case, no allocation once the array pool is warm. Pure functions, safe to call from any thread.
/// Source: F. Hampel, <i>The Influence Curve and its Role in Robust Estimation</i>, JASA 69 (1974). Breakdown point 50 %, efficiency 37 % on normal data.
/// </remarks>
public static class MedianAbsoluteDeviation
{
    /// <summary>The factor that makes the deviation estimate the standard deviation of normal data: 1 / Quantile(3/4) of the normal distribution.</summary>
    public const double NormalConsistency = 1.4826022185056018605;

    /// <summary>The deviation times a factor.</summary>
    /// <param name="values">Any finite numbers.</param>
    /// <param name="factor">The factor, <see cref="NormalConsistency"/> unless told; 1 gives the raw median deviation.</param>
    /// <returns>A number of 0 or more; 0 where more than half of the values are equal; NaN for an empty sample.</returns>
    /// <exception cref="ArgumentException">A value or the factor is NaN or infinite, or the factor is not above 0.</exception>
    public static double Of(ReadOnlySpan<double> values, double factor = NormalConsistency) => About(values, Quantile.Median(values), factor);

    /// <summary>The deviation from a given centre times a factor.</summary>
    /// <param name="values">Any finite numbers.</param>
    /// <param name="centre">The centre, finite (ignored when there are no values).</param>
    /// <param name="factor">The factor.</param>
    /// <returns>A number of 0 or more; NaN for an empty sample.</returns>
    /// <exception cref="ArgumentException">A value, the centre or the factor is NaN or infinite, or the factor is not above 0.</exception>
    public static double About(ReadOnlySpan<double> values, double centre, double factor = NormalConsistency)
    {
        Require.Positive(factor);
        Require.AllFinite(values);
        if (values.IsEmpty)
        {
            return double.NaN;
        }

        Require.Finite(centre);
        using Workspace deviations = new(values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            deviations.Span[i] = Math.Abs(values[i] - centre);
        }

        return factor * Quantile.MedianInPlace(deviations.Span);
    }
}
