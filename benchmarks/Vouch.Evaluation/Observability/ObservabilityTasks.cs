namespace Vouch.Evaluation.Observability;

internal static class ObservabilityTasks
{
    public static IReadOnlyList<EvaluationTask> All { get; } =
    [
        RootCauseTask.Task,
        CriticalPathTask.Task,
        SamplingTask.Task,
    ];
}
