using System.CommandLine;
using InferenceRouter.Replaying;
using InferenceRouter.Report;
using InferenceRouter.Serving;
using Spectre.Console;
using Vouch.Core.Exceptions;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Prediction;

namespace InferenceRouter;

/// <summary>The command line: what it takes, what it says, and what its exit status means.</summary>
internal static class CommandLine
{
    private const int Done = 0;
    private const int PromiseBroken = 1;
    private const int BadInput = 2;
    private const int Cancelled = 130;

    private const string Help = """
        Routes LLM queries to the cheapest endpoint that keeps a quality promise.

        Examples:
          InferenceRouter replay                                   a small synthetic data set, made on the spot, and a report on it
          InferenceRouter replay --data outcomes --set zeroeval    recorded outcomes of your own, laid out as the README says
          InferenceRouter example > router.json                    a ready configuration of eleven endpoints in five tiers
          InferenceRouter serve --config router.json               an OpenAI-compatible server; ask it for the model "auto"

        Exit status: 0 done; 1 the promise was broken on the test queries; 2 bad arguments, data or configuration; 130 cancelled.
        """;

    public static Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand(Help) { Replay(), Serve(), Example() };
        ParseResult result = root.Parse(args);
        if (result.Errors.Count > 0 && args.Length > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError error in result.Errors)
            {
                Console.Error.WriteLine(error.Message);
            }

            Console.Error.WriteLine("InferenceRouter --help lists the commands.");
            return Task.FromResult(BadInput);
        }

        return result.InvokeAsync();
    }

    private static Command Replay()
    {
        var data = new Option<string?>("--data") { Description = "The folder of recorded outcomes. Without it a synthetic set is made." };
        var set = new Option<string?>("--set") { Description = "The set within the folder. Without it the first one." };
        var floor = new Option<double>("--quality") { Description = "The promise: this fraction of the best single endpoint's quality.", DefaultValueFactory = _ => 0.95 };
        var confidence = new Option<double>("--confidence") { Description = "How sure the promise must be.", DefaultValueFactory = _ => 0.95 };
        var seed = new Option<int>("--seed") { Description = "The seed of everything.", DefaultValueFactory = _ => 1 };
        var report = new Option<string>("--report") { Description = "Where the report goes.", DefaultValueFactory = _ => "router-report.html" };
        var model = new Option<string?>("--save-model") { Description = "Where the fitted model goes, for serve --model." };
        var command = new Command("replay", "Fits, certifies and measures on recorded outcomes, then writes a report.") { data, set, floor, confidence, seed, report, model };
        command.SetAction((parsed, cancellationToken) => GuardAsync(async () =>
        {
            var request = new ReplayRequest(parsed.GetValue(data), parsed.GetValue(set), parsed.GetValue(floor), parsed.GetValue(confidence), parsed.GetValue(seed));
            ReplayResult result = await ReplayDisplay.RunAsync(progress => ReplayRun.Run(request, progress, cancellationToken));
            string path = parsed.GetValue(report)!;
            await File.WriteAllTextAsync(path, HtmlReport.Build(result), cancellationToken);
            if (parsed.GetValue(model) is { } place)
            {
                using FileStream file = File.Create(place);
                result.Model.Save(file);
            }

            ReplayDisplay.Summarize(result, path);
            return result.IsPromiseKept ? Done : PromiseBroken;
        }, cancellationToken));
        return command;
    }

    private static Command Serve()
    {
        var config = new Option<string>("--config") { Description = "The configuration with the section Router; changes are followed.", DefaultValueFactory = _ => "router.json" };
        var urls = new Option<string>("--urls") { Description = "Where to listen.", DefaultValueFactory = _ => "http://127.0.0.1:8080" };
        var model = new Option<string?>("--model") { Description = "A model that replay --save-model wrote. Without it, stated beliefs serve." };
        var command = new Command("serve", "Serves POST /v1/chat/completions.") { config, urls, model };
        command.SetAction((parsed, cancellationToken) => GuardAsync(async () =>
        {
            string path = Path.GetFullPath(parsed.GetValue(config)!);
            if (!File.Exists(path))
            {
                throw new ConfigurationException($"There is no '{path}'. 'InferenceRouter example > router.json' writes one to start from.");
            }

            IConfigurationRoot configuration = new ConfigurationBuilder().AddJsonFile(path, optional: false, reloadOnChange: true).AddEnvironmentVariables().Build();
            OutcomeModel? fitted = null;
            if (parsed.GetValue(model) is { } place)
            {
                using FileStream file = File.OpenRead(place);
                fitted = OutcomeModel.Load(file);
            }

            await using WebApplication app = RouterHost.Build(configuration, parsed.GetValue(urls)!, fitted);
            await app.StartAsync(cancellationToken);
            AnsiConsole.MarkupLineInterpolated($"Listening on [bold]{string.Join(", ", app.Urls)}[/]; ask for the model \"auto\". Ctrl+C ends it.");
            await app.WaitForShutdownAsync(cancellationToken);
            return Done;
        }, cancellationToken));
        return command;
    }

    private static Command Example()
    {
        var command = new Command("example", "Writes a ready configuration to standard output.");
        command.SetAction(_ =>
        {
            Console.Out.Write(ExampleConfiguration.Text());
            return Done;
        });
        return command;
    }

    private static async Task<int> GuardAsync(Func<Task<int>> run, CancellationToken cancellationToken)
    {
        try
        {
            return await run();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Cancelled;
        }
        catch (Exception problem) when (problem is VouchException or IOException or UnauthorizedAccessException or ArgumentException or InvalidDataException)
        {
            Console.Error.WriteLine(problem.Message);
            return BadInput;
        }
    }
}
