using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Vouch.Evaluation;

return Run(args);

static int Run(string[] args)
{
    if (args.Length < 2 || args.Contains("--help"))
    {
        return Usage(args.Contains("--help") ? 0 : 2);
    }

    EvaluationTask? task = EvaluationTasks.All.FirstOrDefault(task => task.Area == args[0] && task.Name == args[1]);
    if (task is null)
    {
        Console.Error.WriteLine($"There is no task '{args[0]} {args[1]}'.");
        return Usage(2);
    }

    var options = new Dictionary<string, string>(StringComparer.Ordinal);
    for (int i = 2; i < args.Length; i += 2)
    {
        if (!args[i].StartsWith("--", StringComparison.Ordinal) || i + 1 >= args.Length)
        {
            Console.Error.WriteLine($"'{args[i]}' is not an option with a value; options read '--name VALUE'.");
            return 2;
        }

        options[args[i][2..]] = args[i + 1];
    }

    if (!int.TryParse(options.GetValueOrDefault("seed", "1"), NumberStyles.Integer, CultureInfo.InvariantCulture, out int seed))
    {
        Console.Error.WriteLine($"--seed takes a whole number, not '{options["seed"]}'.");
        return 2;
    }

    string? data = options.GetValueOrDefault("data");
    if (task.NeedsData && data is null)
    {
        Console.Error.WriteLine($"'{task.Area} {task.Name}' needs --data DIR.");
        return 2;
    }

    if (data is not null && !Path.Exists(data))
    {
        Console.Error.WriteLine($"--data '{data}' does not exist.");
        return 2;
    }

    try
    {
        long started = Stopwatch.GetTimestamp();
        EvaluationResult result = Measure(task, new EvaluationRun(data, seed, options, new Progress<string>()));
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Print(result, seconds);
        if (options.TryGetValue("json", out string? file))
        {
            var document = new { area = task.Area, task = task.Name, seed, seconds, rows = result.Rows, summary = result.Summary };
            File.WriteAllText(file, JsonSerializer.Serialize(document, JsonText.Options));
        }

        return result.PromisesHeld ? 0 : 1;
    }
    catch (MissingDataException missing)
    {
        Console.Error.WriteLine(missing.Message);
        return 2;
    }
}

static EvaluationResult Measure(EvaluationTask task, EvaluationRun run)
{
    if (Console.IsOutputRedirected)
    {
        return task.Measure(run);
    }

    return AnsiConsole.Status().Start($"{task.Area} {task.Name}", context =>
        task.Measure(run with { Progress = new StatusProgress(text => context.Status(Markup.Escape(text))) }));
}

static void Print(EvaluationResult result, double seconds)
{
    if (result.Rows.Count > 0)
    {
        string[] columns = [.. result.Rows.SelectMany(row => row.Keys).Distinct()];
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 4_096; // a file has no edge: columns as wide as what stands in them
        }

        var table = new Table().Border(Console.IsOutputRedirected ? TableBorder.None : TableBorder.Rounded);
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(Markup.Escape(column)).NoWrap());
        }

        foreach (IReadOnlyDictionary<string, object?> row in result.Rows)
        {
            table.AddRow([.. columns.Select(column => Markup.Escape(Text(row.GetValueOrDefault(column))))]);
        }

        AnsiConsole.Write(table);
    }

    foreach ((string key, object? value) in result.Summary)
    {
        Console.WriteLine($"{key}: {Text(value)}");
    }

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s; promises {(result.PromisesHeld ? "held" : "BROKEN")}"));
}

static string Text(object? value) => value switch
{
    null => "-",
    double number => number.ToString(Math.Abs(number) is >= 1_000 and < 1e15 ? "#,0" : "G6", CultureInfo.InvariantCulture),
    IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
    IDictionary entries => string.Join(", ", entries.Keys.Cast<object>().Select(key => $"{key} {Text(entries[key])}")),
    _ => value.ToString() ?? "",
};

static int Usage(int status)
{
    Console.WriteLine("dotnet run -c Release --project benchmarks/Vouch.Evaluation -- <area> <task> --data DIR [--json FILE] [--seed N]");
    Console.WriteLine();
    foreach (EvaluationTask task in EvaluationTasks.All)
    {
        Console.WriteLine($"  {task.Area,-12} {task.Name,-14} {task.Summary}");
    }

    Console.WriteLine();
    Console.WriteLine("Status: 0 measured, 1 measured and a stated promise was broken, 2 bad arguments or missing data.");
    return status;
}

internal static class JsonText
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        WriteIndented = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };
}

internal sealed class StatusProgress(Action<string> report) : IProgress<string>
{
    public void Report(string value) => report(value);
}
