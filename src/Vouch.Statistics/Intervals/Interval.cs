using System.Globalization;

namespace Vouch.Statistics.Intervals;

/// <summary>A range that holds the true value at the stated confidence, with what it rests on.</summary>
/// <param name="Lower">The lower bound; may be negative infinity.</param>
/// <param name="Upper">The upper bound; may be positive infinity.</param>
public readonly record struct Interval(double Lower, double Upper)
{
    /// <summary>Gets the point estimate, or NaN where none was made.</summary>
    public double Estimate { get; init; } = double.NaN;

    /// <summary>Gets the chance that the method's range covers the true value.</summary>
    /// <value>A fraction in (0, 1), or NaN where none is claimed.</value>
    public double Confidence { get; init; } = double.NaN;

    /// <summary>Gets the number of observations behind the interval.</summary>
    public long SampleSize { get; init; }

    /// <summary>Gets the method.</summary>
    public IntervalMethod Method { get; init; }

    /// <summary>Gets the width, infinity where the range is unbounded.</summary>
    public double Width => Upper - Lower;

    /// <summary>Tells whether a value lies in the range, bounds included. NaN never does.</summary>
    /// <param name="value">The value to look at.</param>
    public bool Contains(double value) => value >= Lower && value <= Upper;

    /// <summary>Returns the interval as text, such as <c>[0.95, 0.99] at 95 % (Wilson, n = 200)</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"[{Lower:G6}, {Upper:G6}] at {Confidence * 100:G6} % ({Method}, n = {SampleSize})");
}
