namespace Vouch.Evaluation.Observability;

internal static class ObservabilityTasks
{
    public static IReadOnlyList<EvaluationTask> All { get; } =
    [
        SloTask.Task,
        RootCauseTask.Task,
        CriticalPathTask.Task,
        SamplingTask.Task,
    ];
}
