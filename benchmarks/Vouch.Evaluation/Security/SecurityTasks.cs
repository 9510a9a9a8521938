namespace Vouch.Evaluation.Security;

internal static class SecurityTasks
{
    public static IReadOnlyList<EvaluationTask> All { get; } = [VectorsTask.Task];
}
