using System.Globalization;

namespace Vouch.Statistics.Sketches;

/// <summary>A quantile read from a sketch, with the bounds that certainly hold the exact one.</summary>
/// <param name="Value">The estimate; NaN of an empty sketch.</param>
/// <param name="Lower">The exact quantile is at least this.</param>
/// <param name="Upper">The exact quantile is at most this.</param>
/// <param name="Count">How many values it is of.</param>
public readonly record struct QuantileEstimate(double Value, double Lower, double Upper, long Count)
{
    /// <summary>Gets the largest relative error that the bounds leave: 0 where they meet, NaN of an empty sketch.</summary>
    /// <value>A fraction in [0, <see cref="QuantileSketch.RelativeError"/>].</value>
    public double RelativeError => Lower == Upper ? 0 : Math.Max((Value - Lower) / Math.Abs(Lower), (Upper - Value) / Math.Abs(Upper));

    /// <summary>Returns the estimate as text, such as <c>120.4 [119.9, 121.7] (n = 1000)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value:G6} [{Lower:G6}, {Upper:G6}] (n = {Count})");
}
