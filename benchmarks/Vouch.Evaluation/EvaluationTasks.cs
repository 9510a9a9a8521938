using Vouch.Evaluation.Anomaly;
using Vouch.Evaluation.Caching;
using Vouch.Evaluation.Economy;
using Vouch.Evaluation.Observability;
using Vouch.Evaluation.Optimizer;
using Vouch.Evaluation.Resilience;
using Vouch.Evaluation.Security;
using Vouch.Evaluation.Trust;

namespace Vouch.Evaluation;

/// <summary>Everything that can be measured, one list per area.</summary>
internal static class EvaluationTasks
{
    public static IReadOnlyList<EvaluationTask> All { get; } =
    [
        .. TrustTasks.All,
        .. EconomyTasks.All,
        .. OptimizerTasks.All,
        .. AnomalyTasks.All,
        .. CachingTasks.All,
        .. ResilienceTasks.All,
        .. ObservabilityTasks.All,
        .. SecurityTasks.All,
    ];
}
