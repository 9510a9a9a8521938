using System.Globalization;

namespace Vouch.Observability.Slo;

/// <summary>What an objective is about: events that are good or bad, values against a threshold, or slices of time.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record Indicator
{
    private Indicator(IndicatorKind kind) => Kind = kind;

    /// <summary>Gets the indicator of events that are reported as good or bad.</summary>
    public static Indicator Events { get; } = new(IndicatorKind.Events);

    /// <summary>Gets what is counted.</summary>
    public IndicatorKind Kind { get; }

    /// <summary>Gets how a value is compared with <see cref="Threshold"/>, or the share of a slice with <see cref="SliceShare"/>.</summary>
    public Comparison Comparison { get; private init; }

    /// <summary>Gets the threshold of values, in <see cref="Unit"/>; 0 for other kinds.</summary>
    public double Threshold { get; private init; }

    /// <summary>Gets the unit of the threshold as it was written, or null where it has none.</summary>
    public string? Unit { get; private init; }

    /// <summary>Gets how long a slice is; zero for other kinds.</summary>
    public TimeSpan Slice { get; private init; }

    /// <summary>Gets the share that a slice's events are compared with.</summary>
    public Fraction SliceShare { get; private init; }

    /// <summary>Gets what is counted within a slice; null for other kinds.</summary>
    public Indicator? Within { get; private init; }

    /// <summary>Makes an indicator of values: an event meets it where its value compares with the threshold as stated.</summary>
    /// <param name="comparison">How to compare.</param>
    /// <param name="threshold">The threshold, a finite number.</param>
    /// <param name="unit">The unit of the threshold, such as <c>ms</c>.</param>
    /// <exception cref="ArgumentException">The threshold is not finite, the comparison unknown or the unit blank.</exception>
    public static Indicator Values(Comparison comparison, double threshold, string? unit = null)
    {
        if (!double.IsFinite(threshold))
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "A threshold is a finite number.");
        }

        if (unit is not null)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(unit);
        }

        return new Indicator(IndicatorKind.Threshold) { Comparison = Comparisons.Require(comparison, nameof(comparison)), Threshold = threshold, Unit = unit };
    }

    /// <summary>Makes an indicator of time slices: a slice is good where the share of its events that meet <paramref name="within"/> compares with <paramref name="share"/> as stated.</summary>
    /// <param name="slice">How long a slice is, one second or more.</param>
    /// <param name="comparison">How the share is compared.</param>
    /// <param name="share">The share, in [0, 1].</param>
    /// <param name="within">What is counted in a slice; not itself of slices.</param>
    /// <exception cref="ArgumentException">An argument is outside its range.</exception>
    /// <remarks>A slice without events is neither good nor bad: nothing was asked of the service, and nothing is known.</remarks>
    public static Indicator TimeSlices(TimeSpan slice, Comparison comparison, Fraction share, Indicator within)
    {
        ArgumentNullException.ThrowIfNull(within);
        ArgumentOutOfRangeException.ThrowIfLessThan(slice, TimeSpan.FromSeconds(1));
        if (share > Fraction.One)
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "A share is at most 1.");
        }

        if (within.Kind == IndicatorKind.TimeSlices)
        {
            throw new ArgumentException("Slices are made of events or values, not of slices.", nameof(within));
        }

        return new Indicator(IndicatorKind.TimeSlices) { Comparison = Comparisons.Require(comparison, nameof(comparison)), Slice = slice, SliceShare = share, Within = within };
    }

    /// <summary>Returns the indicator in the words that <see cref="ServiceLevelObjective.Parse"/> reads; empty for events.</summary>
    public override string ToString() => Kind switch
    {
        IndicatorKind.Threshold => string.Create(CultureInfo.InvariantCulture, $"{Comparison.Symbol()} {Threshold:R}{Unit}"),
        IndicatorKind.TimeSlices => $"of {Durations.Format(Slice)} slices with {Comparison.Symbol()} {Shares.Format(SliceShare)}{(Within!.Kind == IndicatorKind.Threshold ? " " + Within : string.Empty)}",
        _ => string.Empty,
    };
}
