namespace Vouch.Evaluation.Resilience;

internal static class ResilienceTasks
{
    public static IReadOnlyList<EvaluationTask> All { get; } = [StormTask.Task];
}
