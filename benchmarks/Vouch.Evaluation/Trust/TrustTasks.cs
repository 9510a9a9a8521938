namespace Vouch.Evaluation.Trust;

internal static class TrustTasks
{
    public static IReadOnlyList<EvaluationTask> All { get; } =
    [
        AttacksTask.Task,
        CategoricalTask.Task,
        ImagesTask.Task,
        MerkleTask.Task,
        NumericTask.Task,
        SamplingTask.Task,
    ];
}
