using RenderFarm.Service;
using Vouch.Observability.Health;
using Vouch.Observability.RootCause;
using Vouch.Observability.Slo;

namespace RenderFarm.Report;

/// <summary>Turns the review of the farm as a service into what the report shows.</summary>
internal static class ServicePage
{
    private const int MaxSuspects = 3;

    public static ServicePanel Of(ServiceReview review)
    {
        SystemHealth health = review.Health;
        Diagnosis diagnosis = review.Diagnosis;
        return new ServicePanel(
            health.Score,
            Word(health.State),
            Tone(health.State),
            health.Reasons,
            [.. review.Objectives.Objectives.Select(Row)],
            diagnosis.Cause is { } cause ? $"The second half of the calls differs from the first, and {cause.Service} explains it best: {cause.Accusations[0]}." : diagnosis.ToString(),
            [.. diagnosis.Suspects.Skip(diagnosis.IsConclusive ? 1 : 0).Take(MaxSuspects).Select(static suspect => suspect.ToString())],
            [.. health.Components.OrderBy(static part => part.State).Select(static part => new ComponentRow(part.Name, Word(part.State), Tone(part.State), part.Description ?? part.Reason))]);
    }

    private static ObjectiveRow Row(SloStatus status)
    {
        ErrorBudget budget = status.Budget;
        AlertStatus? alert = status.Alerts.Count > 0 ? status.Alerts[0] : null;
        return new ObjectiveRow(
            status.Objective.Name,
            status.Objective.Text,
            budget.Total == 0 ? null : budget.GoodShare,
            budget.Total,
            budget.IsMet,
            budget.RemainingOfSeen,
            alert?.Explanation ?? "no alert");
    }

    private static string Word(HealthState state) => state switch
    {
        HealthState.Healthy => "healthy",
        HealthState.Degraded => "degraded",
        HealthState.Unknown => "unknown",
        _ => "unhealthy",
    };

    private static EventTone Tone(HealthState state) => state switch
    {
        HealthState.Healthy => EventTone.Good,
        HealthState.Degraded => EventTone.Warning,
        HealthState.Unknown => EventTone.Neutral,
        _ => EventTone.Bad,
    };
}
