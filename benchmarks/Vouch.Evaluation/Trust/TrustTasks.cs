namespace Vouch.Evaluation.Trust;

internal static class TrustTasks
{
    public static IReadOnlyList<EvaluationTask> All { get; } =
    [
        ImagesTask.Task,
        MerkleTask.Task,
        ReplicationTask.Task,
        SamplingTask.Task,
    ];
}
