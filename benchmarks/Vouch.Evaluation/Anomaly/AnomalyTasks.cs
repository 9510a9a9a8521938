namespace Vouch.Evaluation.Anomaly;

internal static class AnomalyTasks
{
    public static IReadOnlyList<EvaluationTask> All { get; } =
    [
        NabTask.Task,
        CalibrationTask.Task,
        BudgetTask.Task,
        MemoryTask.Task,
        ForecastTask.Task,
        RobustnessTask.Task,
        TabularTask.Task,
        ChangePointTask.Task,
        PeriodsTask.Task,
        CorrelationTask.Task,
    ];
}
