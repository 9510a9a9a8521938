using Spectre.Console;
using Vouch.Execution.Progress;

namespace RenderFarm.Display;

/// <summary>Bars that move, one per stage, and the workers that were caught above them.</summary>
internal sealed class LiveDisplay : IFarmDisplay
{
    private readonly ProgressContext _context;
    private readonly Lock _lock = new();
    private ProgressTask? _task;

    private LiveDisplay(ProgressContext context) => _context = context;

    /// <summary>Runs some work with live bars.</summary>
    public static Task<T> RunAsync<T>(Func<IFarmDisplay, Task<T>> work) =>
        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                var display = new LiveDisplay(context);
                T result = await work(display);
                display.Stage(null);
                return result;
            });

    void IFarmDisplay.Stage(string name) => Stage(name);

    public void Share(double share)
    {
        lock (_lock)
        {
            if (_task is { } task)
            {
                task.Value = Math.Max(task.Value, 100 * share);
            }
        }
    }

    public void Note(string text) => AnsiConsole.MarkupLineInterpolated($"[grey]{text}[/]");

    public void Event(RunEvent happened)
    {
        switch (happened.Kind)
        {
            case RunEventKind.WorkerSuspended:
                AnsiConsole.MarkupLineInterpolated($"[red]caught[/]  {happened.Text}");
                break;
            case RunEventKind.WorkerUnresponsive or RunEventKind.GivenUp:
                AnsiConsole.MarkupLineInterpolated($"[yellow]lost[/]    {happened.Text}");
                break;
        }
    }

    private void Stage(string? name)
    {
        lock (_lock)
        {
            if (_task is { } done)
            {
                done.Value = 100;
                done.StopTask();
            }

            _task = name is null ? null : _context.AddTask(name);
        }
    }
}
