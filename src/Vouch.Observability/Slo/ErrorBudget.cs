namespace Vouch.Observability.Slo;

/// <summary>How much of the error budget is left, as a share, in events and in time.</summary>
/// <remarks>
/// The period is rolling; it is counted in buckets of a 720th, so what is <see cref="Covered"/> is between 719/720 of the period and all of it once that long was watched. Until then the
/// traffic of the whole period is taken to be like the traffic so far.
/// </remarks>
public sealed record ErrorBudget
{
    /// <summary>Gets the objective's period.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>Gets how much of the period was watched.</summary>
    public required TimeSpan Covered { get; init; }

    /// <summary>Gets the events in it.</summary>
    public required long Total { get; init; }

    /// <summary>Gets the bad events in it.</summary>
    public required long Bad { get; init; }

    /// <summary>Gets the share of events that may be bad.</summary>
    public required Fraction Allowed { get; init; }

    /// <summary>Gets whether the objective is kept by the events seen, compared exactly; null without events.</summary>
    public required bool? IsMet { get; init; }

    /// <summary>Gets the share of good events; NaN without events.</summary>
    public double GoodShare => Total == 0 ? double.NaN : (double)(Total - Bad) / Total;

    /// <summary>Gets how many events the period is expected to have.</summary>
    public double ExpectedTotal => Covered > TimeSpan.Zero ? Total * (Period / Covered) : 0;

    /// <summary>Gets the share of the budget of the events seen that is left: 1 where nothing was bad, negative where it is overspent.</summary>
    public double RemainingOfSeen => Remaining(Total);

    /// <summary>Gets the share of the whole period's budget that is left: 1 where nothing was bad, negative where it is overspent.</summary>
    public double RemainingOfPeriod => Remaining(ExpectedTotal);

    /// <summary>Gets how many more events may go bad in the period; negative where it is overspent.</summary>
    public double RemainingEvents => (Allowed.ToDouble() * ExpectedTotal) - Bad;

    /// <summary>Gets how long everything could fail before the period's budget is spent; negative where it is overspent.</summary>
    public TimeSpan RemainingTime
    {
        get
        {
            double ticks = Period.Ticks * Allowed.ToDouble() * RemainingOfPeriod;
            return double.IsFinite(ticks) ? TimeSpan.FromTicks((long)Math.Clamp(ticks, long.MinValue / 2.0, long.MaxValue / 2.0)) : TimeSpan.MinValue;
        }
    }

    // Without a budget the first bad event overspends it without bound.
    private double Remaining(double total) => Bad == 0 ? 1 : 1 - (Bad / (Allowed.ToDouble() * total));
}
