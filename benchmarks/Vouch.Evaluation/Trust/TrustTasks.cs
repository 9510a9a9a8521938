namespace Vouch.Evaluation.Trust;

internal static class TrustTasks
{
    public static IReadOnlyList<EvaluationTask> All { get; } =
    [
        AnytimeTask.Task,
        AttacksTask.Task,
        CategoricalTask.Task,
        ImagesTask.Task,
        LogTask.Task,
        MerkleTask.Task,
        NumericTask.Task,
        ReplicationTask.Task,
        SamplingTask.Task,
    ];
}
