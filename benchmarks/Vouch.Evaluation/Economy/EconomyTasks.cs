namespace Vouch.Evaluation.Economy;

internal static class EconomyTasks
{
    public static IReadOnlyList<EvaluationTask> All { get; } = [ScheduleTask.Task, PsplibTask.Task, OnlineTask.Task, SpotWeekTask.Task, ForecastTask.Task, ReplanTask.Task];
}
