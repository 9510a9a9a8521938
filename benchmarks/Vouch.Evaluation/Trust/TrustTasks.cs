namespace Vouch.Evaluation.Trust;

internal static class TrustTasks
{
    public static IReadOnlyList<EvaluationTask> All { get; } =
    [
        AnytimeTask.Task,
        CategoricalTask.Task,
        ImagesTask.Task,
        LogTask.Task,
        MerkleTask.Task,
        ReplicationTask.Task,
        SamplingTask.Task,
    ];
}
