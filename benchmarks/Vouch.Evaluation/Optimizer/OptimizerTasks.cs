namespace Vouch.Evaluation.Optimizer;

internal static class OptimizerTasks
{
    public static IReadOnlyList<EvaluationTask> All { get; } = [];
}
