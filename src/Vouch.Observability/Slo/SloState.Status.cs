namespace Vouch.Observability.Slo;

internal sealed partial class SloState
{
    /// <summary>Gives where the objective stands.</summary>
    /// <param name="at">The time now.</param>
    /// <param name="openTotal">Events of the slot that is not closed yet.</param>
    /// <param name="openBad">The bad ones of them.</param>
    /// <param name="open">How much of that slot has passed.</param>
    /// <param name="time">Gives the time of the end of so many slots.</param>
    public SloStatus Status(DateTimeOffset at, long openTotal, long openBad, TimeSpan open, Func<long, DateTimeOffset> time)
    {
        if (Objective.Indicator.Kind == IndicatorKind.TimeSlices)
        {
            // A slice counts when it ends.
            (openTotal, openBad) = (0, 0);
        }

        ErrorBudget budget = Budget(openTotal, openBad, open);
        var alerts = new AlertStatus[_compiled.Length];
        for (int i = 0; i < alerts.Length; i++)
        {
            ref CompiledAlert alert = ref _compiled[i];
            WindowReading longReading = Reading(alert.LongWindow);
            WindowReading shortReading = Reading(alert.ShortWindow);
            double chance = Chance(longReading.Bad, longReading.Total);
            alerts[i] = new AlertStatus(
                Alerts[i],
                alert.State,
                alert.Since < 0 ? null : time(alert.Since),
                longReading,
                shortReading,
                chance,
                Explanations.Of(Objective, Alerts[i], alert, longReading, shortReading, chance, _guard, Resolution));
        }

        return new SloStatus
        {
            Objective = Objective,
            At = at,
            Budget = budget,
            Alerts = alerts,
            Exhaustion = Forecast(budget),
            Violations = Violations(time),
            ForgottenViolations = _forgotten,
            Unreachable = Unreachable,
            SilentFor = openTotal > 0 ? TimeSpan.Zero : ((_slots - 1 - _lastEventSlot) * Resolution) + open,
        };
    }

    private long CoveredSlots => (_period.Remembered * (long)_bucketSlots) + _bucketFilled;

    private ErrorBudget Budget(long openTotal, long openBad, TimeSpan open)
    {
        long total = _period.Total(0) + _bucketTotal + openTotal;
        long bad = _period.Bad(0) + _bucketBad + openBad;
        var covered = TimeSpan.FromTicks(Math.Min(Objective.Period.Ticks, (CoveredSlots * Resolution.Ticks) + open.Ticks));
        return new ErrorBudget
        {
            Period = Objective.Period,
            Covered = covered,
            Total = total,
            Bad = bad,
            Allowed = Objective.Budget,
            IsMet = Objective.IsMet(bad, total),
        };
    }

    private WindowReading Reading(int window) =>
        new(_windowLengths[window], _windows.Total(window), _windows.Bad(window), BurnRate(_windows.Bad(window), _windows.Total(window)));

    private double BurnRate(long bad, long total) =>
        bad == 0 ? 0 : (double)bad * Objective.Budget.Denominator / ((double)total * Objective.Budget.Numerator);
}
