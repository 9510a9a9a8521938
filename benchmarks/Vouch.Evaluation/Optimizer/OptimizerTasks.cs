namespace Vouch.Evaluation.Optimizer;

internal static class OptimizerTasks
{
    public static IReadOnlyList<EvaluationTask> All { get; } = [ScenesTask.Task, ForecastTask.Task, RouteTask.Task, PromiseTask.Task, OnlineTask.Task, NoiseTask.Task, DecideTask.Task, HostileTask.Task, NewcomersTask.Task];

    /// <summary>The folder that holds the scenes: <c>--data</c> itself or its subfolder <c>scenes</c>.</summary>
    public static string ScenesFolder(EvaluationRun run, string file)
    {
        string folder = run.Require(".");
        string below = Path.Combine(folder, "scenes");
        return File.Exists(Path.Combine(folder, file)) ? folder
            : File.Exists(Path.Combine(below, file)) ? below
            : throw new MissingDataException($"There is no '{file}' in '{run.DataFolder}' or its subfolder 'scenes'.");
    }
}
