namespace Vouch.Observability.Slo;

/// <summary>The published tables of windows and factors.</summary>
/// <remarks>Pure functions, safe to call from any thread.</remarks>
public static class AlertTables
{
    private static readonly TimeSpan[] Long = [TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromDays(1), TimeSpan.FromDays(3)];
    private static readonly TimeSpan[] Short = [TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(6)];
    private static readonly Fraction[] Shares = [new(2, 100), new(5, 100), new(10, 100), new(10, 100)];
    private static readonly Fraction[] WeekShares = [new(8, 100), new(125, 1000), new(20, 100), new(42, 100)];

    /// <summary>Gives the table of the SRE Workbook for 30 days: 14.4, 6, 3 and 1 over 1 h, 6 h, 1 d and 3 d, with short windows of a twelfth.</summary>
    /// <remarks>Source: <i>The Site Reliability Workbook</i>, chapter 5, table 5-6.</remarks>
    public static IReadOnlyList<BurnRateAlert> SreWorkbook { get; } = FromShares(Shares, TimeSpan.FromDays(30));

    /// <summary>Gives Sloth's alerts: windows of the workbook, factors from the share of the budget and the period.</summary>
    /// <param name="period">30, 28 or 7 days.</param>
    /// <exception cref="ArgumentOutOfRangeException">Sloth has no table for the period; see <see cref="Scaled"/>.</exception>
    /// <remarks>Source: github.com/slok/sloth, alert windows v1.</remarks>
    public static IReadOnlyList<BurnRateAlert> Sloth(TimeSpan period) => period.TotalDays switch
    {
        28 or 30 => FromShares(Shares, period),
        7 => FromShares(WeekShares, period),
        _ => throw new ArgumentOutOfRangeException(nameof(period), period, "There are tables for 30, 28 and 7 days; Scaled takes any period."),
    };

    /// <summary>Gives Pyrra's alerts: factors 14, 7, 2 and 1, windows scaled from 28 days and rounded to a minute, each to hold for some time first.</summary>
    /// <param name="period">The objective's period, in [7 hours, 366 days]: below, windows round to nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is outside its range.</exception>
    /// <remarks>Source: github.com/pyrra-dev/pyrra, slo.Windows.</remarks>
    public static IReadOnlyList<BurnRateAlert> Pyrra(TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.FromHours(7));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(period, ServiceLevelObjective.LongestPeriod);
        TimeSpan Minutes(double minutesOf28Days) => ToWholeMinutes(minutesOf28Days * (period / TimeSpan.FromDays(28)));
        BurnRateAlert Make(AlertSeverity severity, int longHours, int shortMinutes, int factor, int holdMinutes)
        {
            TimeSpan shortWindow = Minutes(shortMinutes) is var rounded && rounded > TimeSpan.Zero ? rounded : TimeSpan.FromMinutes(1);
            TimeSpan longWindow = Minutes(longHours * 60) is var whole && whole > shortWindow ? whole : shortWindow;
            return new BurnRateAlert(severity, longWindow, shortWindow, new Fraction(factor, 1), Minutes(holdMinutes));
        }

        return
        [
            Make(AlertSeverity.Page, 1, 5, 14, 2),
            Make(AlertSeverity.Page, 6, 30, 7, 15),
            Make(AlertSeverity.Ticket, 24, 120, 2, 60),
            Make(AlertSeverity.Ticket, 96, 360, 1, 180),
        ];
    }

    /// <summary>Gives how long there must be no event before Pyrra calls the indicator absent: a silent service would otherwise look healthy.</summary>
    /// <param name="objective">The objective.</param>
    /// <returns>The first factor times the budget times the first long window plus the time to hold, rounded to a minute.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="objective"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The objective's period is outside the range of <see cref="Pyrra"/>.</exception>
    public static TimeSpan PyrraAbsentAfter(ServiceLevelObjective objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        BurnRateAlert first = Pyrra(objective.Period)[0];
        return ToWholeMinutes((first.BurnRate.ToDouble() * objective.Budget.ToDouble() * first.LongWindow.TotalMinutes) + first.HoldFor.TotalMinutes);
    }

    /// <summary>Gives the usual alerts for a period: the published table for 30, 28 and 7 days, otherwise the workbook's scaled to it.</summary>
    /// <param name="period">The objective's period.</param>
    /// <param name="resolution">The length of the slots that windows are made of; windows are rounded to it.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is not above 0, or the period is shorter than four slots.</exception>
    public static IReadOnlyList<BurnRateAlert> For(TimeSpan period, TimeSpan resolution) =>
        period.TotalDays is 7 or 28 or 30 && resolution <= TimeSpan.FromMinutes(1) ? Sloth(period) : Scaled(period, resolution);

    /// <summary>Gives the workbook's factors with its windows scaled from 30 days to another period: the same shares of the budget are spent when they fire.</summary>
    /// <param name="period">The objective's period.</param>
    /// <param name="resolution">Windows are rounded to multiples of this, at least one.</param>
    /// <returns>Four rules, or fewer where rounding makes two of them alike.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is not above 0, or the period is shorter than four slots.</exception>
    public static IReadOnlyList<BurnRateAlert> Scaled(TimeSpan period, TimeSpan resolution)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(resolution, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 4 * resolution);
        var alerts = new List<BurnRateAlert>();
        for (int i = 0; i < Long.Length; i++)
        {
            TimeSpan Round(TimeSpan window) => resolution * Math.Max(1, Math.Round(window * (period / TimeSpan.FromDays(30)) / resolution));
            var alert = new BurnRateAlert(i < 2 ? AlertSeverity.Page : AlertSeverity.Ticket, Round(Long[i]), Round(Short[i]), SreWorkbook[i].BurnRate);

            // Of rules with the same windows only the one with the least factor says anything that the others do not.
            alerts.RemoveAll(other => other.LongWindow == alert.LongWindow && other.ShortWindow == alert.ShortWindow && other.Severity == alert.Severity);
            alerts.Add(alert);
        }

        return alerts;
    }

    private static BurnRateAlert[] FromShares(Fraction[] shares, TimeSpan period)
    {
        var alerts = new BurnRateAlert[shares.Length];
        for (int i = 0; i < alerts.Length; i++)
        {
            alerts[i] = BurnRateAlert.ForBudgetShare(i < 2 ? AlertSeverity.Page : AlertSeverity.Ticket, Long[i], Short[i], shares[i], period);
        }

        return alerts;
    }

    // Halves away from zero, as Go's Duration.Round does.
    private static TimeSpan ToWholeMinutes(double minutes) => TimeSpan.FromMinutes(Math.Round(minutes, MidpointRounding.AwayFromZero));
}
