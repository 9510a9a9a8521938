using System.Globalization;
using System.Text.Json.Serialization;
using Vouch.Core.Validation;

namespace Vouch.Core.Models;

/// <summary>An estimate with the range that holds the true value at the stated confidence, and where that range comes from.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record ConfidenceInterval
{
    /// <summary>Initializes an interval.</summary>
    /// <param name="estimate">The point estimate, in [<paramref name="lower"/>, <paramref name="upper"/>].</param>
    /// <param name="lower">The lower bound; may be negative infinity.</param>
    /// <param name="upper">The upper bound; may be positive infinity.</param>
    /// <param name="confidence">The chance that the method's range covers the true value, in (0, 1).</param>
    /// <param name="method">The name of the method, such as <c>Clopper-Pearson</c>.</param>
    /// <param name="sampleSize">The number of observations behind it, 0 or more.</param>
    /// <exception cref="ArgumentException">An argument is NaN or out of range, the bounds are out of order, or <paramref name="method"/> is blank.</exception>
    public ConfidenceInterval(double estimate, double lower, double upper, double confidence, string method, long sampleSize)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(method);
        ArgumentOutOfRangeException.ThrowIfNegative(sampleSize);
        if (!(lower <= estimate && estimate <= upper))
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Bounds and estimate must be ordered numbers: got {lower} <= {estimate} <= {upper}."), nameof(estimate));
        }

        Estimate = estimate;
        Lower = lower;
        Upper = upper;
        Confidence = Boundary.OpenShare(confidence);
        Method = method;
        SampleSize = sampleSize;
    }

    /// <summary>Gets the point estimate.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    public double Estimate { get; }

    /// <summary>Gets the lower bound, negative infinity where there is none.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    public double Lower { get; }

    /// <summary>Gets the upper bound, positive infinity where there is none.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    public double Upper { get; }

    /// <summary>Gets the chance that the method's range covers the true value.</summary>
    /// <value>A fraction in (0, 1).</value>
    public double Confidence { get; }

    /// <summary>Gets the name of the method.</summary>
    public string Method { get; }

    /// <summary>Gets the number of observations behind the interval.</summary>
    public long SampleSize { get; }

    /// <summary>Gets the width of the range, positive infinity where it is unbounded and NaN where both bounds are the same infinity.</summary>
    [JsonIgnore]
    public double Width => Upper - Lower;

    /// <summary>Tells whether a value lies in the range, bounds included. NaN never does.</summary>
    /// <param name="value">The value to look at.</param>
    public bool Contains(double value) => value >= Lower && value <= Upper;

    /// <summary>Returns the interval as text, such as <c>0.97 [0.95, 0.99] at 95 % (Wilson, n = 200)</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Estimate:G6} [{Lower:G6}, {Upper:G6}] at {Confidence * 100:G6} % ({Method}, n = {SampleSize})");
}
