using System.CommandLine;
using System.Globalization;
using RenderFarm.Display;
using RenderFarm.Imaging;
using RenderFarm.Report;
using RenderFarm.Scenes;
using RenderFarm.Workers.Remote;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;
using Vouch.Execution.Results;

namespace RenderFarm;

/// <summary>The command line: what it takes, what it says, and what its exit status means.</summary>
internal static class CommandLine
{
    /// <summary>What this program is started with to be one worker of a farm.</summary>
    public const string WorkerCommand = "worker";

    private const int PromiseHeld = 0;
    private const int PromiseBroken = 1;
    private const int BadInput = 2;
    private const int NotCompleted = 3;
    private const int Cancelled = 130;

    private const string Help = """
        Renders a scene on a pool of workers of which a part cheats, accepts only tiles that the farm can vouch for, and writes the picture and a report.

        Examples:
          RenderFarm                                          the Cornell box, 12 workers, 4 of them cheat
          RenderFarm --workers 24 --cheaters 0.5 --seed 7     a larger and worse farm
          RenderFarm --scene model.glb --quality 0.9          your own scene (.gltf, .glb, .obj), better
          RenderFarm --error-budget 0.0001 --budget 20        a stricter promise, for at most 20 EUR
          RenderFarm --workers-http                           every worker a process of its own, reached by signed HTTP
          RenderFarm --resume                                 goes on where a killed run stopped
          RenderFarm --sweep 20                               20 seeds, for a table of promised against measured

        Exit status: 0 the promise held; 1 it was broken; 2 bad arguments or an unusable scene; 3 the job ended without all tiles (budget, workers); 130 cancelled.
        """;

    public static Task<int> RunAsync(string[] args)
    {
        var standard = new FarmRequest();
        var scene = new Option<string>("--scene") { Description = $"A built-in scene ({string.Join(", ", SceneLoader.BuiltIn)}) or a .gltf, .glb or .obj file.", DefaultValueFactory = _ => standard.Scene };
        Option<int> workers = Number("--workers", "How many workers, 1 to 1000.", standard.Workers, 1, 1000);
        Option<double> cheaters = Real("--cheaters", "The share of the workers that cheat, 0 to 1.", standard.Cheaters, static value => value is >= 0 and <= 1, "a share in 0..1");
        Option<double> quality = Real("--quality", "The structural similarity (SSIM) to a noise-free picture, 0 to 1.", standard.Quality, static value => value is >= 0 and <= 1, "a number in 0..1");
        var profile = new Option<OptimizationProfile>("--profile") { Description = "What counts beside the quality: Balanced, Quality or Economy.", DefaultValueFactory = _ => standard.Profile };
        Option<double> errorBudget = Real("--error-budget", "The chance that an accepted tile may be wrong.", standard.ErrorBudget, static value => value is >= 1e-9 and < 0.5, "a number in [1e-9, 0.5)");
        Option<double> budget = Real("--budget", "The most that the job may cost, in EUR. Without it there is no cap.", standard.Budget, static value => value > 0, "a number above 0");
        var seed = new Option<ulong>("--seed") { Description = "The seed of everything: same seed, same picture, same verdicts.", DefaultValueFactory = _ => standard.Seed };
        Option<int> size = Number("--size", "The side of the picture in pixels, 16 to 8192.", standard.Size, 16, 8192);
        Option<int> tile = Number("--tile", "The side of a tile in pixels, 8 to 512.", standard.TileSize, 8, 512);
        Option<double> tileTime = Real("--tile-time", "How many seconds an honest tile takes on a worker's machine, 0.001 to 3600.", standard.TileTime.TotalSeconds, static value => value is >= 0.001 and <= 3600, "seconds in 0.001..3600");
        var workersHttp = new Option<bool>("--workers-http") { Description = "Workers are processes of their own, reached by signed HTTP on loopback." };
        var place = new Option<string>("--out") { Description = "The folder for the picture, the report and the journal.", DefaultValueFactory = _ => standard.Out };
        var resume = new Option<bool>("--resume") { Description = "Takes up the journal of an interrupted run in the same folder." };
        Option<int> sweep = Number("--sweep", "How many seeds to run, from --seed on, for a table instead of a report.", 1, 1, 10_000);

        var root = new RootCommand(Help) { scene, workers, cheaters, quality, profile, errorBudget, budget, seed, size, tile, tileTime, workersHttp, place, resume, sweep };
        root.SetAction((parsed, cancellationToken) => GuardAsync(
            new FarmRequest
            {
                Scene = parsed.GetValue(scene)!,
                Workers = parsed.GetValue(workers),
                Cheaters = parsed.GetValue(cheaters),
                Quality = parsed.GetValue(quality),
                Profile = parsed.GetValue(profile),
                ErrorBudget = parsed.GetValue(errorBudget),
                Budget = parsed.GetValue(budget),
                Seed = parsed.GetValue(seed),
                Size = parsed.GetValue(size),
                TileSize = parsed.GetValue(tile),
                TileTime = TimeSpan.FromSeconds(parsed.GetValue(tileTime)),
                WorkersHttp = parsed.GetValue(workersHttp),
                Out = parsed.GetValue(place)!,
                Resume = parsed.GetValue(resume),
                Sweep = parsed.GetValue(sweep),
            },
            cancellationToken));
        var worker = new Command(WorkerCommand, "One worker of a farm: what the farm starts for --workers-http.") { Hidden = true };
        worker.SetAction((_, cancellationToken) => WorkerHost.RunAsync(Console.In, Console.Out, cancellationToken));
        root.Add(worker);
        ParseResult result = root.Parse(args);
        if (result.Errors.Count > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError error in result.Errors)
            {
                Console.Error.WriteLine(error.Message);
            }

            Console.Error.WriteLine("RenderFarm --help lists the options.");
            return Task.FromResult(BadInput);
        }

        return result.InvokeAsync();
    }

    private static async Task<int> GuardAsync(FarmRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return request.Sweep > 1 ? await SweepAsync(request, cancellationToken) : await RenderAsync(request, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Console.Error.WriteLine("Cancelled. Every accepted tile is in the journal: run again with --resume to go on.");
            return Cancelled;
        }
        catch (Exception problem) when (problem is VouchException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(problem.Message);
            return BadInput;
        }
    }

    private static async Task<int> RenderAsync(FarmRequest request, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(request.Out);
        FarmResult result = Console.IsOutputRedirected
            ? await RenderJob.RunAsync(request, new PlainDisplay(Console.Out), cancellationToken)
            : await LiveDisplay.RunAsync(display => RenderJob.RunAsync(request, display, cancellationToken));
        string picture = Path.Combine(request.Out, "picture.png");
        string report = Path.Combine(request.Out, "report.html");
        await File.WriteAllBytesAsync(picture, PngFile.Encode(ToneMap.Encode(result.Picture, result.Scene.Exposure), request.Size, request.Size), cancellationToken);
        HtmlReport.Save(ReportBuilder.Build(result), report);
        Summary.Write(result, picture, report);
        return StatusOf(result);
    }

    /// <summary>Many seeds, a line each: what was promised, and what the cheaters' diaries tell.</summary>
    private static async Task<int> SweepAsync(FarmRequest request, CancellationToken cancellationToken)
    {
        string place = Path.Combine(request.Out, "sweep");
        Console.WriteLine("seed  wrong/accepted  cheaters caught  honest rejected  wrongly suspended  expected  factor  checks  seconds");
        int status = PromiseHeld;
        (int Wrong, int Accepted, int Caught, int Cheaters, int Rejected, int Honest, double Expected, double Factor, double Checks) sum = default;
        for (int run = 0; run < request.Sweep; run++)
        {
            FarmRequest one = request with { Seed = request.Seed + (ulong)run, Out = place };
            Directory.CreateDirectory(place);
            FarmResult result = await RenderJob.RunAsync(one, new PlainDisplay(TextWriter.Null), cancellationToken);
            MeasuredTruth truth = result.Truth;
            double expected = result.Forecast.Assumed.Factor;
            double factor = result.Report.Cost.ReplicationFactor;
            double checks = result.Report.Cost.Checks / result.Report.Cost.Accepted;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{one.Seed,4}  {truth.WrongUnits.Count,5}/{truth.Accepted,-8}  {truth.CheatersCaught,7}/{truth.Cheaters,-7}  {truth.HonestRejected,7}/{truth.HonestTiles,-7}  {truth.WronglySuspended.Count,17}  {expected,8:0.00}  {factor,6:0.00}  {checks,6:0.00}  {result.Duration.TotalSeconds,7:0.0}"));
            status = Math.Max(status, StatusOf(result));
            sum = (sum.Wrong + truth.WrongUnits.Count, sum.Accepted + truth.Accepted, sum.Caught + truth.CheatersCaught, sum.Cheaters + truth.Cheaters,
                sum.Rejected + truth.HonestRejected, sum.Honest + truth.HonestTiles, sum.Expected + expected, sum.Factor + factor, sum.Checks + checks);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"all   {sum.Wrong,5}/{sum.Accepted,-8}  {sum.Caught,7}/{sum.Cheaters,-7}  {sum.Rejected,7}/{sum.Honest,-7}  {"",17}  {sum.Expected / request.Sweep,8:0.00}  {sum.Factor / request.Sweep,6:0.00}  {sum.Checks / request.Sweep,6:0.00}"));
        return status;
    }

    private static int StatusOf(FarmResult result) =>
        result.Truth.WrongShare > result.Request.ErrorBudget || !result.Log.IsIntact ? PromiseBroken
        : result.Report.Outcome == JobOutcome.Completed ? PromiseHeld
        : NotCompleted;

    private static Option<int> Number(string name, string description, int standard, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) || value < least || value > most))
            {
                result.AddError($"{name} takes a whole number from {least} to {most}, not '{result.Tokens[0].Value}'.");
            }
        });
        return option;
    }

    private static Option<double> Real(string name, string description, double standard, Func<double, bool> accepts, string expected)
    {
        var option = new Option<double>(name)
        {
            Description = description,
            DefaultValueFactory = _ => standard,
            CustomParser = result =>
            {
                if (result.Tokens.Count == 1 && double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && accepts(value))
                {
                    return value;
                }

                result.AddError($"{name} takes {expected}, not '{string.Join(" ", result.Tokens.Select(static token => token.Value))}'.");
                return standard;
            },
        };
        return option;
    }
}
