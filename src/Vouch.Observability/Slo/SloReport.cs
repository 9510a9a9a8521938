using System.Globalization;
using System.Text;

namespace Vouch.Observability.Slo;

/// <summary>Where every objective stands, for people and for machines.</summary>
/// <param name="At">The time of the report.</param>
/// <param name="Objectives">The objectives in the order they were declared.</param>
/// <remarks>Immutable and safe to share.</remarks>
public sealed partial record SloReport(DateTimeOffset At, IReadOnlyList<SloStatus> Objectives)
{
    /// <summary>Returns the report as text: per objective its budget, its forecast, each alert with its reason, and its violations.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Service level objectives at {At:yyyy-MM-dd HH:mm:ss}Z: {Objectives.Count}, {Objectives.Count(status => status.Alerts.Any(alert => alert.State == AlertState.Firing))} with an alert that fires\n");
        foreach (SloStatus status in Objectives)
        {
            Append(text, status);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, SloStatus status)
    {
        ErrorBudget budget = status.Budget;
        text.Append(CultureInfo.InvariantCulture, $"\n{status.Objective}\n");
        text.Append(CultureInfo.InvariantCulture, $"  {Met(budget)}: {budget.Bad} of {budget.Total} bad in {Durations.Format(Seconds(budget.Covered))}");
        text.Append(CultureInfo.InvariantCulture, $"; budget left: {Percent(budget.RemainingOfPeriod)} of the period, {Percent(budget.RemainingOfSeen)} of what was seen");
        text.Append(CultureInfo.InvariantCulture, $", {budget.RemainingEvents:F1} events, {budget.RemainingTime.TotalMinutes:F1} min of full failure\n");
        text.Append(CultureInfo.InvariantCulture, $"  exhaustion: {status.Exhaustion.Explanation}\n");
        foreach (AlertStatus alert in status.Alerts)
        {
            text.Append(CultureInfo.InvariantCulture, $"  [{alert.State}] {alert.Alert}: {alert.Explanation}\n");
        }

        foreach (Violation violation in status.Violations)
        {
            string what = violation.Alert?.ToString() ?? "budget overspent";
            string end = violation.End is { } ended ? string.Create(CultureInfo.InvariantCulture, $"{ended:yyyy-MM-dd HH:mm:ss}Z") : "now";
            text.Append(CultureInfo.InvariantCulture, $"  violation: {what}, {violation.Start:yyyy-MM-dd HH:mm:ss}Z to {end}, {violation.Bad} of {violation.Total} bad, peak {violation.PeakBurnRate:G4}\n");
        }

        if (status.ForgottenViolations > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {status.ForgottenViolations} older violations are forgotten\n");
        }
    }

    private static string Met(ErrorBudget budget) => budget.IsMet switch
    {
        true => "met",
        false => "NOT met",
        null => "no events",
    };

    private static TimeSpan Seconds(TimeSpan span) => TimeSpan.FromSeconds(Math.Floor(span.TotalSeconds));

    private static string Percent(double share) => double.IsFinite(share) ? string.Create(CultureInfo.InvariantCulture, $"{share * 100:F2} %") : "overspent (there is none)";
}
