using System.Globalization;

namespace Vouch.Observability.Slo;

/// <summary>A rule on two windows: it holds while the error budget burns faster than a factor in the long window and in the short one.</summary>
/// <remarks>
/// <para>Immutable and safe to share. The burn rate of a window is its share of bad events divided by the budget; it is compared strictly and exactly (bad · d &gt; n · events in whole
/// numbers). A window without events is above nothing. The long window says that it matters, the short one that it still goes on.</para>
/// <para>Source: B. Beyer et al. (ed.), <i>The Site Reliability Workbook</i>, O'Reilly, 2018, chapter 5, approach 6.</para>
/// </remarks>
public sealed record BurnRateAlert
{
    /// <summary>Initializes a rule.</summary>
    /// <param name="severity">Whom it is for.</param>
    /// <param name="longWindow">The long window, one second or more.</param>
    /// <param name="shortWindow">The short window, one second or more, at most the long one.</param>
    /// <param name="burnRate">The factor, above 0.</param>
    /// <param name="holdFor">How long the rule has to hold before the alert fires, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public BurnRateAlert(AlertSeverity severity, TimeSpan longWindow, TimeSpan shortWindow, Fraction burnRate, TimeSpan holdFor = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shortWindow, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(longWindow, shortWindow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(longWindow, ServiceLevelObjective.LongestPeriod);
        ArgumentOutOfRangeException.ThrowIfLessThan(holdFor, TimeSpan.Zero);
        if (burnRate == Fraction.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(burnRate), burnRate, "A burn rate is above 0.");
        }

        Severity = severity;
        LongWindow = longWindow;
        ShortWindow = shortWindow;
        BurnRate = burnRate;
        HoldFor = holdFor;
    }

    /// <summary>Gets whom it is for.</summary>
    public AlertSeverity Severity { get; }

    /// <summary>Gets the long window.</summary>
    public TimeSpan LongWindow { get; }

    /// <summary>Gets the short window.</summary>
    public TimeSpan ShortWindow { get; }

    /// <summary>Gets the factor that both windows have to exceed.</summary>
    public Fraction BurnRate { get; }

    /// <summary>Gets how long the rule has to hold before the alert fires.</summary>
    public TimeSpan HoldFor { get; }

    /// <summary>Makes a rule that holds when a share of the period's budget is spent within the long window.</summary>
    /// <param name="severity">Whom it is for.</param>
    /// <param name="longWindow">The long window.</param>
    /// <param name="shortWindow">The short window.</param>
    /// <param name="budgetShare">The share of the budget, above 0.</param>
    /// <param name="period">The objective's period.</param>
    /// <returns>A rule with the burn rate <paramref name="budgetShare"/> · <paramref name="period"/> / <paramref name="longWindow"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static BurnRateAlert ForBudgetShare(AlertSeverity severity, TimeSpan longWindow, TimeSpan shortWindow, Fraction budgetShare, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(longWindow, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(period, longWindow);
        return new BurnRateAlert(severity, longWindow, shortWindow, budgetShare * new Fraction(period.Ticks, longWindow.Ticks));
    }

    /// <summary>Gives the share of bad events above which a window's part of the rule holds.</summary>
    /// <param name="objective">The objective.</param>
    /// <returns>The factor times the budget; may be above 1, see <see cref="CanFire"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="objective"/> is null.</exception>
    public Fraction Threshold(ServiceLevelObjective objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return BurnRate * objective.Budget;
    }

    /// <summary>Tells whether the rule can hold at all: where the factor times the budget is 1 or more, not even a failure of everything exceeds it.</summary>
    /// <param name="objective">The objective.</param>
    /// <exception cref="ArgumentNullException"><paramref name="objective"/> is null.</exception>
    public bool CanFire(ServiceLevelObjective objective) => Threshold(objective) < Fraction.One;

    /// <summary>Gives the share of the period's budget that is spent when the long window burns at the factor.</summary>
    /// <param name="period">The objective's period, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is not above 0.</exception>
    public Fraction BudgetShare(TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        return BurnRate * new Fraction(LongWindow.Ticks, period.Ticks);
    }

    /// <summary>Returns the rule as text, such as <c>page 5m/1h > 14.4</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Severity == AlertSeverity.Page ? "page" : "ticket")} {Durations.Format(ShortWindow)}/{Durations.Format(LongWindow)} > {BurnRate.ToDouble():G6}");
}
