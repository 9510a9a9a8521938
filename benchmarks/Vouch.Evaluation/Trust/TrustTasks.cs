namespace Vouch.Evaluation.Trust;

internal static class TrustTasks
{
    public static IReadOnlyList<EvaluationTask> All { get; } =
    [
        MerkleTask.Task,
        SamplingTask.Task,
    ];
}
