namespace Vouch.Statistics.Sketches;

/// <summary>A histogram in the exponential form of the OpenTelemetry protocol: bucket i holds the values in (base^i, base^(i+1)] with base = 2^(2^-<see cref="Scale"/>).</summary>
/// <remarks>
/// Immutable and safe to share. Source: OpenTelemetry specification, metrics data model, "ExponentialHistogram". Made by <see cref="QuantileSketch.ToExponentialHistogram"/>.
/// </remarks>
public sealed record ExponentialHistogram
{
    /// <summary>Gets the scale, in [-10, 6].</summary>
    public required int Scale { get; init; }

    /// <summary>Gets how many finite values there are.</summary>
    public required long Count { get; init; }

    /// <summary>Gets how many of them are 0.</summary>
    public required long ZeroCount { get; init; }

    /// <summary>Gets the sum of the values, each taken as the one that stands for its bucket of the sketch; NaN where there are none.</summary>
    public required double Sum { get; init; }

    /// <summary>Gets the least finite value to within the sketch's error; NaN where there is none.</summary>
    public required double Min { get; init; }

    /// <summary>Gets the largest finite value to within the sketch's error; NaN where there is none.</summary>
    public required double Max { get; init; }

    /// <summary>Gets the index of the first bucket of positive values.</summary>
    public required int PositiveOffset { get; init; }

    /// <summary>Gets the counts of positive values, from <see cref="PositiveOffset"/> on.</summary>
    public required IReadOnlyList<long> Positive { get; init; }

    /// <summary>Gets the index of the first bucket of negative values, by magnitude.</summary>
    public required int NegativeOffset { get; init; }

    /// <summary>Gets the counts of negative values, from <see cref="NegativeOffset"/> on.</summary>
    public required IReadOnlyList<long> Negative { get; init; }

    /// <summary>Gets how many infinite values and NaN are left out: the form has no place for them.</summary>
    public required long LeftOut { get; init; }

    /// <summary>Gets the ratio of a bucket's bounds.</summary>
    public double Base => Math.Pow(2, Math.ScaleB(1, -Scale));

    /// <summary>Gets the largest relative error of a quantile that is read from the middle (by ratio) of a bucket, the sketch's own error included.</summary>
    public double RelativeError => ((1 + QuantileSketch.RelativeError) * Math.Sqrt(Base)) - 1;
}
