namespace Vouch.Evaluation.Caching;

internal static class CachingTasks
{
    public static IReadOnlyList<EvaluationTask> All { get; } = [HitRateTask.Task, SizedHitRateTask.Task, SpeedTask.Task];
}
