namespace Vouch.Evaluation.Trust;

internal static class TrustTasks
{
    public static IReadOnlyList<EvaluationTask> All { get; } =
    [
        CategoricalTask.Task,
        ImagesTask.Task,
        MerkleTask.Task,
        SamplingTask.Task,
    ];
}
