using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using RenderFarm.Display;
using RenderFarm.Imaging;
using RenderFarm.Planning;
using RenderFarm.Scenes;
using RenderFarm.Service;
using RenderFarm.Tracing;
using RenderFarm.Verification;
using RenderFarm.Watching;
using RenderFarm.Workers;
using RenderFarm.Workers.Remote;
using Vouch;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;
using Vouch.Core.Work;
using Vouch.Economy.Pricing;
using Vouch.Execution;
using Vouch.Execution.Jobs;
using Vouch.Execution.Progress;
using Vouch.Execution.Results;
using Vouch.Optimizer.Configuration;
using Vouch.Optimizer.Scenes;
using Vouch.TrustEngine.Audit;

namespace RenderFarm;

/// <summary>The whole flow: scene analysis, configuration for the asked quality, calibration of the check, schedule, dispatch, verification, picture.</summary>
internal static class RenderJob
{
    public static async Task<FarmResult> RunAsync(FarmRequest request, IFarmDisplay display, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();

        display.Stage("Scene");
        (RenderScene scene, string summary) = Analyse(request.Scene);
        display.Note(summary);

        display.Stage("Configuration");
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        PriceCurve prices = NightTariff.From(now);
        var pilot = new Pilot(scene, request);
        ConfigurationDecision decision = await Task.Run(() => pilot.Choose(prices.Lowest, cancellationToken), cancellationToken);
        RenderConfiguration chosen = decision.Chosen;
        display.Note(decision.Explain().Split('\n')[0]);

        int size = Math.Max(1, (int)Math.Round(request.Size * chosen.ResolutionScale));
        var frame = new FrameInfo(size, size);
        TileUnit[] units = [.. frame.Tiles(Math.Min(request.TileSize, size)).Select((region, index) => new TileUnit(
            new WorkUnitId(FormattableString.Invariant($"tile-{index:000}")), frame, region, chosen.SamplesPerPixel, chosen.MaxBounces))];

        display.Stage("Calibration of the check");
        var check = new CropCheck(scene);
        long calibrating = Stopwatch.GetTimestamp();
        CheckCalibration calibration = await Task.Run(
            () => CheckCalibration.Measure(scene, units, check, request.Seed, display.Share, cancellationToken), cancellationToken);
        display.Note(FormattableString.Invariant(
            $"A check catches at least {calibration.Power:P1} of the forgeries, at {calibration.Report.Confidence:P0} confidence ({calibration.Report.HonestTrials} of each of {calibration.Report.Cheats.Count} kinds tried); {calibration.Report.HonestRefused} of {calibration.Report.HonestTrials} honest tiles failed it."));

        double hours = decision.CpuSeconds is { } work ? work.Estimate / 3600 / units.Length : 1;
        double raysPerSecond = hours * Pilot.RaysPerHour / request.TileTime.TotalSeconds;
        TimeSpan patience = Patience(hours, calibration.Rays / Stopwatch.GetElapsedTime(calibrating).TotalSeconds, request);

        var forecast = TrustForecast.Of(request, units.Length, CropCheck.WorkShare(units[0].Region), calibration.Power);
        display.Note(forecast.ToString());

        display.Stage("Rendering");
        var settings = new FarmSettings(request.Workers, request.Cheaters, request.Seed, 2 * patience, raysPerSecond);
        var farm = WorkerFarm.Create(scene, settings, TimeProvider.System);
        string journal = Path.Combine(request.Out, "journal");
        if (!request.Resume && Directory.Exists(journal))
        {
            Directory.Delete(journal, recursive: true);
        }

        await using RemoteFarm? remote = request.WorkersHttp ? await StartRemoteAsync(request, farm, settings, cancellationToken) : null;
        IReadOnlyList<IWorker<TileUnit, TileImage>> workers = remote is null ? farm.Workers : remote.Workers;
        await using ServiceProvider services = new ServiceCollection()
            .AddVouch(vouch => vouch
                .AddResilience(calls =>
                {
                    calls.HedgeAfter = patience;
                    calls.AttemptTimeout = 10 * patience;
                    calls.BreakerSamplingDuration = 40 * patience;
                    calls.MaxRetries = 0;
                })
                .AddExecution(options => options.JournalFolder = journal))
            .BuildServiceProvider();

        double pixelsPerTile = (double)frame.Width * frame.Height / units.Length;
        var job = new VerifiedJob<TileUnit>($"render-{Path.GetFileNameWithoutExtension(request.Scene)}", units.Select(unit =>
            new WorkUnit<TileUnit>(unit.Id, unit, hours * unit.Region.PixelCount / pixelsPerTile)))
        {
            Quality = new QualityTarget(request.Quality, QualityScale.Ssim),
            Profile = request.Profile,
            ErrorBudget = request.ErrorBudget,
            CostCap = request.Budget,
            Prices = prices,
            Seed = request.Seed,
        };
        var verifier = new TileVerifier(check, calibration.Power, CropCheck.WorkShare(units[0].Region));
        var watch = new WorkerWatch(1 - CropCheck.FalseAlarmRate);
        using var service = new FarmService([.. farm.Workers.Select(static worker => worker.Id)], patience);
        var events = new EventLog(started, units.Length, watch, service, display);
        var accepted = new List<VerifiedResult<TileImage>>();
        JobReport report;
        await using (VerifiedRun<TileImage> run = services.GetRequiredService<IVerifiedExecutor>().Start(
            job, new WorkerPool<TileUnit, TileImage>(workers), verifier, new TileCodec(), events, cancellationToken))
        {
            await foreach (VerifiedResult<TileImage> result in run.Results)
            {
                accepted.Add(result);
            }

            report = await run.Completion;
        }

        display.Stage("Report");
        remote?.ReadDiaries();
        string logPath = Directory.GetFiles(journal, "audit.log", SearchOption.AllDirectories).Single();
        return new FarmResult
        {
            Request = request,
            Scene = scene,
            SceneSummary = summary,
            Frame = frame,
            Decision = decision,
            Calibration = calibration,
            Forecast = forecast,
            PilotRays = pilot.Rays,
            Prices = prices,
            Units = units,
            Farm = farm,
            Accepted = accepted,
            Events = events.Entries,
            Watch = watch,
            Service = service.Review(events.Entries),
            Report = report,
            Log = AuditLog.Verify(logPath, report.LogHead),
            LogPath = logPath,
            Duration = Stopwatch.GetElapsedTime(started),
            Picture = Assemble(accepted, frame, request.Size),
            Truth = MeasuredTruth.Of(farm, units, accepted, [.. events.Entries.Select(static entry => entry.Event)], report),
        };
    }

    /// <summary>Starts the workers' processes. Diaries of an interrupted run are kept only where it is taken up again.</summary>
    private static Task<RemoteFarm> StartRemoteAsync(FarmRequest request, WorkerFarm farm, FarmSettings settings, CancellationToken cancellationToken)
    {
        string diaries = Path.Combine(request.Out, "diaries");
        if (!request.Resume && Directory.Exists(diaries))
        {
            Directory.Delete(diaries, recursive: true);
        }

        string scene = SceneLoader.BuiltIn.Contains(request.Scene) ? request.Scene : Path.GetFullPath(request.Scene);
        return RemoteFarm.StartAsync(farm, settings, scene, diaries, cancellationToken);
    }

    /// <summary>
    /// How long the farm waits for a tile before it asks another worker as well: four times what a tile takes on a usual machine, or while all workers share this
    /// computer, as fast as the calibration found it to be.
    /// </summary>
    private static TimeSpan Patience(double hoursPerTile, double raysPerSecond, FarmRequest request)
    {
        double shared = hoursPerTile * Pilot.RaysPerHour * request.Workers / raysPerSecond;
        return TimeSpan.FromSeconds(Math.Clamp(4 * Math.Max(shared, request.TileTime.TotalSeconds), 2.5, 60));
    }

    /// <summary>A file is analysed by the optimizer before the renderer opens it; what is broken or hostile stops here.</summary>
    private static (RenderScene Scene, string Summary) Analyse(string nameOrPath)
    {
        if (!SceneLoader.BuiltIn.Contains(nameOrPath))
        {
            SceneAnalysis analysis = new SceneAnalyzer().Analyze(nameOrPath);
            if (!analysis.IsUsable)
            {
                throw new SceneAnalysisException(string.Join(Environment.NewLine, analysis.Problems.Select(static problem => problem.ToString()).Prepend($"'{nameOrPath}' cannot be rendered."))) { ScenePath = nameOrPath };
            }
        }

        LoadedScene loaded = SceneLoader.Load(nameOrPath);
        string shapes = FormattableString.Invariant($"{loaded.Scene.Name}: {loaded.Scene.Triangles.Length} triangles, {loaded.Scene.Spheres.Length} spheres, {loaded.Scene.Materials.Length} materials.");
        return (loaded.Scene, string.Join(" ", loaded.Notes.Prepend(shapes)));
    }

    private static float[] Assemble(List<VerifiedResult<TileImage>> accepted, FrameInfo frame, int size)
    {
        float[] rgb = new float[3 * frame.Width * frame.Height];
        foreach (VerifiedResult<TileImage> result in accepted)
        {
            Rect region = result.Value.Region;
            for (int row = 0; row < region.Height; row++)
            {
                result.Value.Rgb.AsSpan(3 * row * region.Width, 3 * region.Width).CopyTo(rgb.AsSpan(3 * (((region.Y + row) * frame.Width) + region.X)));
            }
        }

        return Upscaling.Bilinear(rgb, frame.Width, frame.Height, size, size);
    }

    /// <summary>Keeps the events with their times, and tells the watch, the service's objectives and the display.</summary>
    private sealed class EventLog(long started, int units, WorkerWatch watch, FarmService service, IFarmDisplay display) : IProgress<RunEvent>
    {
        private int _accepted;

        public List<(TimeSpan At, RunEvent Event)> Entries { get; } = [];

        public void Report(RunEvent value)
        {
            Entries.Add((Stopwatch.GetElapsedTime(started), value));
            if (value.Kind is RunEventKind.Accepted or RunEventKind.Restored)
            {
                display.Share((double)++_accepted / units);
            }

            display.Event(value);
            service.Observe(value);
            if (watch.Observe(value) is { } turn)
            {
                display.Note(turn.Text);
            }
        }
    }
}
