using System.Globalization;
using Spectre.Console;

namespace InferenceRouter.Replaying;

/// <summary>What the console shows of a replay: progress, then the figures.</summary>
internal static class ReplayDisplay
{
    public static async Task<ReplayResult> RunAsync(Func<IProgress<(string Step, double Part)>, ReplayResult> run)
    {
        if (Console.IsOutputRedirected)
        {
            return await Task.Run(() => run(new Shown(static _ => { })));
        }

        return await AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new ElapsedTimeColumn(), new SpinnerColumn()).StartAsync(context =>
        {
            ProgressTask task = context.AddTask("Starting", maxValue: 1);
            return Task.Run(() =>
            {
                ReplayResult result = run(new Shown(step =>
                {
                    task.Description = Markup.Escape(step.Step);
                    task.Value = step.Part;
                }));
                task.Value = 1;
                return result;
            });
        });
    }

    public static void Summarize(ReplayResult result, string report)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("").AddColumn(new TableColumn("quality").RightAligned()).AddColumn(new TableColumn("USD per 1,000").RightAligned());
        table.AddRow(Markup.Escape($"best single ({result.Best.Name})"), Text(result.Best.Quality), Text(result.Best.CostPerThousand));
        table.AddRow("router", Text(result.Routed.Quality), Text(result.Routed.CostPerThousand));
        table.AddRow("promised", Text(result.Promised), "");
        AnsiConsole.Write(table);
        string verdict = result.IsPromiseKept ? "[green]kept[/]" : "[red]broken[/]";
        string certified = result.Calibration.CertifiedPolicy is { } policy ? Markup.Escape(policy) : "nothing: insufficient evidence, the safe endpoint serves";
        AnsiConsole.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"Promise {verdict}; saved {result.Saving:P1}; certified: {certified}."));
        AnsiConsole.MarkupLine(string.Create(
            CultureInfo.InvariantCulture, $"{result.Speed.PerSecond:N0} decisions per second (median {result.Speed.Median.TotalMicroseconds:0.0} us, p99 {result.Speed.SlowestInAHundred.TotalMicroseconds:0.0} us); {result.Identical:N0} of {result.Replayed:N0} replayed bit for bit; report: {Markup.Escape(report)}"));
        if (result.Table.IsSynthetic)
        {
            AnsiConsole.MarkupLine("[yellow]The data are synthetic: made up to show the machinery, not measured on real models.[/]");
        }
    }

    private static string Text(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private sealed class Shown(Action<(string Step, double Part)> show) : IProgress<(string Step, double Part)>
    {
        public void Report((string Step, double Part) value) => show(value);
    }
}
