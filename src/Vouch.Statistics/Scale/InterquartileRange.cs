using Vouch.Statistics.Location;
using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Scale;

/// <summary>The interquartile range.</summary>
/// <remarks>O(n) in the worst case, no allocation once the array pool is warm. Pure functions, safe to call from any thread.</remarks>
public static class InterquartileRange
{
    /// <summary>The factor that makes the range estimate the standard deviation of normal data: 1 / (2 Quantile(3/4)) of the normal distribution.</summary>
    public const double NormalConsistency = 0.74130110925280093027;

    /// <summary>The distance between the quartiles, not scaled.</summary>
    /// <param name="values">Any finite numbers.</param>
    /// <param name="method">How the quartiles are read off.</param>
    /// <returns>A number of 0 or more; NaN for an empty sample.</returns>
    /// <exception cref="ArgumentException">A value is NaN or infinite, or the method is not defined.</exception>
    public static double Of(ReadOnlySpan<double> values, QuantileMethod method = QuantileMethod.Linear)
    {
        Require.AllFinite(values);
        return Quantile.Of(values, 0.75, method) - Quantile.Of(values, 0.25, method);
    }
}
