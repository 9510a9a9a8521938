namespace Vouch.Observability.Slo;

internal sealed partial class SloState
{
    private ExhaustionForecast Forecast(ErrorBudget budget) => new(ExhaustionAnswer.InsufficientEvidence, null, Objective.Name + budget);
}
