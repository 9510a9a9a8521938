namespace Vouch.Observability.Slo;

/// <summary>Where an objective stands: budget, alerts with their reasons, forecast and history.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record SloStatus
{
    /// <summary>Gets the objective.</summary>
    public required ServiceLevelObjective Objective { get; init; }

    /// <summary>Gets the time of this status.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets the error budget, the slot that is still open included.</summary>
    public required ErrorBudget Budget { get; init; }

    /// <summary>Gets the alerts in the order they were declared, judged on whole slots.</summary>
    public required IReadOnlyList<AlertStatus> Alerts { get; init; }

    /// <summary>Gets when the budget will be spent.</summary>
    public required ExhaustionForecast Exhaustion { get; init; }

    /// <summary>Gets the violations, the oldest first and the running ones last.</summary>
    public required IReadOnlyList<Violation> Violations { get; init; }

    /// <summary>Gets how many ended violations were forgotten because the history is bounded.</summary>
    public required long ForgottenViolations { get; init; }

    /// <summary>Gets the alerts that can never fire.</summary>
    public required IReadOnlyList<UnreachableAlert> Unreachable { get; init; }

    /// <summary>Gets how long there was no event.</summary>
    public required TimeSpan SilentFor { get; init; }

    /// <summary>Gets whether an alert of that severity fires.</summary>
    /// <param name="severity">The severity.</param>
    public bool IsFiring(AlertSeverity severity) => Alerts.Any(alert => alert.State == AlertState.Firing && alert.Alert.Severity == severity);
}
