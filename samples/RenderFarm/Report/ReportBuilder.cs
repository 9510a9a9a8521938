using System.Globalization;
using System.Text;
using RenderFarm.Imaging;
using RenderFarm.Planning;
using RenderFarm.Tracing;
using RenderFarm.Watching;
using RenderFarm.Workers;
using Vouch.Core.Models;
using Vouch.Economy.Scheduling;
using Vouch.Execution.Progress;
using Vouch.Execution.Results;
using Vouch.Optimizer.Configuration;
using Vouch.TrustEngine.Audit;

namespace RenderFarm.Report;

/// <summary>Turns a run into what the report shows.</summary>
internal static class ReportBuilder
{
    private const int ExhibitsPerWorker = 6;

    public static ReportModel Build(FarmResult run)
    {
        JobReport job = run.Report;
        MeasuredTruth truth = run.Truth;
        bool held = truth.WrongShare <= run.Request.ErrorBudget && run.Log.IsIntact && job.Outcome == JobOutcome.Completed;
        byte[] picture = PngFile.Encode(ToneMap.Encode(run.Picture, run.Scene.Exposure), run.Request.Size, run.Request.Size);
        return new ReportModel
        {
            Title = $"{NameOf(run)}, rendered by workers nobody trusts",
            Subtitle = Invariant($"{run.Units.Count} tiles at {run.Decision.Chosen.SamplesPerPixel} samples per pixel on {run.Farm.Workers.Count} workers, {run.Farm.Workers.Count(static worker => worker.IsCheater)} of which cheat."),
            PromiseHeld = held,
            Verdict = held
                ? Invariant($"{truth.WrongUnits.Count} of {truth.Accepted} accepted tiles are forgeries; at most {run.Request.ErrorBudget:P2} were allowed.")
                : Invariant($"{job.Summary} {truth.WrongUnits.Count} of {truth.Accepted} accepted tiles are forgeries, {(run.Log.IsIntact ? "the log is intact" : "the log is DAMAGED")}."),
            MadeAt = TimeProvider.System.GetUtcNow(),
            Final = new Picture(PngFile.ToDataUri(picture), run.Request.Size, run.Request.Size, "The accepted picture"),
            Facts = Facts(run),
            Promise = new PromiseFigures(
                run.Request.ErrorBudget,
                truth.Accepted,
                truth.WrongUnits.Count,
                truth.WrongUpper,
                0.95,
                "Clopper-Pearson, one-sided",
                Invariant($"The model puts the chance that an accepted tile is wrong at {job.ExpectedErrorShare:G2} on average. The measured figure comes from the workers' own diaries, which the farm never reads.")),
            Gallery = Gallery(run),
            Workers = [.. run.Farm.Workers.Select(worker => Row(worker, job.Workers.First(report => report.Worker == worker.Id)))],
            Reputations = Reputations(run),
            Watch = Watch(run),
            Service = ServicePage.Of(run.Service),
            Schedule = job.Schedule is { } schedule ? Chart(run, schedule) : null,
            Cost = Cost(run),
            Decision = Decision(run.Decision),
            Log = Log(run),
            Timeline = Timeline(run),
            Settings = Settings(run),
        };
    }

    private static List<Fact> Facts(FarmResult run) =>
    [
        new("Accepted", Invariant($"{run.Report.Accepted} of {run.Units.Count}"), "tiles"),
        new("Forgeries accepted", Invariant($"{run.Truth.WrongUnits.Count}"), "by the cheaters' own diaries"),
        new("Cheaters caught", Invariant($"{run.Truth.CheatersCaught} of {run.Truth.Cheaters}"), "of those that cheated on a tenth of their tiles or more"),
        new("Honest tiles rejected", Invariant($"{run.Truth.HonestRejectedShare:P1}"), Invariant($"{run.Truth.HonestRejected} of {run.Truth.HonestTiles}")),
        new("Price of trust", Invariant($"{run.Report.Cost.ReplicationFactor:0.00} ×"), "the accepted work alone"),
        new("Cost", Invariant($"{run.Report.Cost.Total:0.00} EUR")),
        new("Detection power", Invariant($"≥ {run.Calibration.Power:P1}"), Invariant($"of one check, at {run.Calibration.Report.Confidence:P0} confidence")),
        new("Audit log", Invariant($"{run.Report.LogHead.Size} entries"), run.Log.IsIntact ? "verified from the first byte to the last" : "DAMAGED"),
        new("Time", Invariant($"{run.Duration.TotalSeconds:0.0} s")),
    ];

    private static List<Exhibit> Gallery(FarmResult run)
    {
        Dictionary<WorkUnitId, VerifiedResult<TileImage>> accepted = run.Accepted.ToDictionary(static result => result.UnitId);
        Dictionary<WorkUnitId, TileUnit> units = run.Units.ToDictionary(static unit => unit.Id);
        var gallery = new List<Exhibit>();
        foreach (RenderWorker worker in run.Farm.Workers.Where(static worker => worker.IsCheater))
        {
            IEnumerable<TruthEntry> forgeries = worker.Truth.Entries.Where(static entry => entry.Sent is not null);
            foreach (TruthEntry entry in forgeries.OrderBy(static entry => entry.Unit).Take(ExhibitsPerWorker))
            {
                TileImage sent = entry.Sent!;
                VerifiedResult<TileImage>? instead = accepted.GetValueOrDefault(entry.Unit);
                bool fooled = instead?.Worker == worker.Id;
                bool comparable = instead is not null && sent.MismatchWith(units[entry.Unit]) is null;
                RunEvent? rejection = run.Events.Select(static pair => pair.Event).LastOrDefault(happened =>
                    happened.Kind == RunEventKind.Rejected && happened.Worker == worker.Id && happened.UnitId == entry.Unit);
                gallery.Add(new Exhibit(
                    worker.Id.Value,
                    entry.Unit.Value,
                    Misdeeds.Name(entry.Kind),
                    fooled ? "accepted: the farm was fooled" : rejection is null ? "not needed in the end" : rejection.Text,
                    !fooled,
                    Draw(sent, run.Scene.Exposure, $"What {worker.Id} sent for {entry.Unit}"),
                    instead is null ? null : Draw(instead.Value, run.Scene.Exposure, $"What was accepted for {entry.Unit}"),
                    comparable
                        ? new Picture(PngFile.ToDataUri(PngFile.Encode(DifferenceMap.Draw(instead!.Value.AsImage(), sent.AsImage(), run.Scene.Exposure), sent.Region.Width, sent.Region.Height)), sent.Region.Width, sent.Region.Height, "Their difference")
                        : null,
                    comparable ? DifferenceMap.Mean(instead!.Value.AsImage(), sent.AsImage(), run.Scene.Exposure) : 1,
                    instead?.Worker.Value));
            }
        }

        return gallery;
    }

    private static Picture Draw(TileImage tile, float exposure, string description)
    {
        // What is not of the size it says, or not a number, is drawn as far as it can be.
        int pixels = Math.Min(tile.Region.PixelCount, tile.Rgb.Length / 3);
        int height = pixels / Math.Max(1, tile.Region.Width);
        float[] rgb = [.. tile.Rgb.Take(3 * tile.Region.Width * height).Select(static value => float.IsFinite(value) ? value : 0)];
        return new Picture(PngFile.ToDataUri(PngFile.Encode(ToneMap.Encode(rgb, exposure), tile.Region.Width, height)), tile.Region.Width, height, description);
    }

    private static WorkerRow Row(RenderWorker worker, WorkerReport report)
    {
        WorkerVerdict verdict = report.SuspendedBecause is not null ? WorkerVerdict.Suspended
            : report.Unresponsive ? WorkerVerdict.Lost
            : report.ChecksPassed > 0 ? WorkerVerdict.Trusted
            : WorkerVerdict.Unproven;
        string? reason = report.SuspendedBecause ?? (report.Unresponsive ? "does not answer" : report.FailedAttempts > 0 ? Invariant($"{report.FailedAttempts} attempts without an answer") : null);
        return new WorkerRow(worker.Id.Value, verdict, report.Accepted + report.Rejected, report.Accepted, report.ChecksPassed, report.ChecksFailed, reason, worker.IsCheater, worker.Role);
    }

    private static ReputationChart Reputations(FarmResult run)
    {
        int answers = 0;
        var points = run.Farm.Workers.ToDictionary(static worker => worker.Id, static _ => new List<ChartPoint>());
        var suspended = new Dictionary<WorkerId, double>();
        foreach ((_, RunEvent happened) in run.Events)
        {
            if (happened.Worker is not { } worker || !points.TryGetValue(worker, out List<ChartPoint>? line))
            {
                continue;
            }

            answers += happened.Kind == RunEventKind.Answered ? 1 : 0;
            if (happened.Kind is RunEventKind.Dispatched or RunEventKind.Answered or RunEventKind.AttemptFailed && happened.ErrorProbability is { } error && !suspended.ContainsKey(worker))
            {
                line.Add(new ChartPoint(answers, Math.Clamp(error, 0, 1)));
            }
            else if (happened.Kind == RunEventKind.WorkerSuspended)
            {
                suspended.TryAdd(worker, answers);
                line.Add(new ChartPoint(answers, 1));
            }
        }

        return new ReputationChart(
            "results received",
            "chance that the next result is wrong",
            [.. run.Farm.Workers.Select(worker => new ReputationSeries(worker.Id.Value, worker.IsCheater, points[worker.Id], suspended.TryGetValue(worker.Id, out double at) ? at : null))]);
    }

    private static WatchChart Watch(FarmResult run) => new(
        [
            .. run.Watch.Workers.Where(static record => record.Answers.Count > 0).Select(record =>
            {
                RenderWorker worker = run.Farm.Workers.First(worker => worker.Id == record.Id);
                return new WatchStrip(
                    record.Id.Value,
                    worker.IsCheater,
                    [.. record.Answers.Select(answer => new WatchTile(answer.Unit.Value, answer.OfUsual, answer.Passed, worker.Truth.Find(answer.Unit) is { Kind: not Misconduct.None }))],
                    [.. run.Watch.Turns.Where(turn => turn.Worker == record.Id).Select(static turn => new WatchTurn(turn.Tile, turn.ToldAfter, turn.Sign == TurnSign.Latency ? "latency" : "failed checks"))],
                    worker.Role);
            }),
        ],
        [.. run.Watch.Turns.Select(static turn => turn.Text)]);

    private static ScheduleChart Chart(FarmResult run, Schedule schedule) => new(
        run.Prices.Prices.ToArray(),
        NightTariff.Unit,
        [.. schedule.Assignments.Select(static assignment => new ScheduleBar(assignment.JobId, assignment.Start, assignment.End - assignment.Start, assignment.Cost))],
        null,
        run.Prices.Start,
        run.Prices.SlotLength.TotalHours,
        Invariant($"{schedule.RunCost:0.000} EUR for one result of each tile; no schedule costs less than {schedule.Bound.Value:0.000} ({schedule.Bound.Method}), a gap of {schedule.Gap:P2}. Running at once would cost {schedule.RunNowCost ?? double.NaN:0.000}. A million rays stand for an hour of a worker."));

    private static CostOfTrust Cost(FarmResult run)
    {
        CostBreakdown cost = run.Report.Cost;
        return new CostOfTrust(
            cost.ReplicationFactor,
            [
                new("accepted results", cost.Accepted, Euro(cost.Accepted)),
                new("checks", cost.Checks, Euro(cost.Checks)),
                new("rejected results", cost.Rejected, Euro(cost.Rejected)),
                new("further replicas", cost.Replicas, Euro(cost.Replicas)),
            ],
            [
                new("Expected before the first tile", Invariant($"{run.Forecast.Honest.Factor:0.00} × to {run.Forecast.Assumed.Factor:0.00} ×"), Invariant($"if nobody cheats, if {run.Forecast.AssumedShare:P0} of the workers do")),
                new("Pilot", Invariant($"{run.PilotRays / Pilot.RaysPerHour:0.0} worker-hours"), "to choose the configuration; not in the factor"),
                new("Calibration", Invariant($"{run.Calibration.Rays / Pilot.RaysPerHour:0.0} worker-hours"), "to measure what a check is worth on this scene; not in the factor"),
                new("Checks passed", Invariant($"{run.Report.Workers.Sum(static worker => worker.ChecksPassed)}")),
                new("Checks failed", Invariant($"{run.Report.Workers.Sum(static worker => worker.ChecksFailed)}")),
            ],
            "The factor is everything that was paid for, over what the accepted results alone cost. Checks grow rarer as workers earn trust; forgeries are paid for and thrown away.");
    }

    private static DecisionText Decision(ConfigurationDecision decision) => new(
        decision.Chosen.ToString(),
        decision.Evidence.Reasons,
        [
            .. decision.Rejected.Take(12).Select(static other => new Alternative(
                other.Configuration.ToString(),
                other.Quality is { } quality ? Invariant($"{quality.Estimate:0.000} [{quality.Lower:0.000}, {quality.Upper:0.000}]") : "unknown",
                other.CpuSeconds is { } work ? Invariant($"{work.Estimate / 3600:0.0} worker-hours") : "unknown",
                other.Reason.ToString())),
        ],
        decision.Explain());

    private static LogHead Log(FarmResult run)
    {
        InclusionExample? example = null;
        if (run.Accepted is [.., var last])
        {
            using AuditLog log = AuditLog.Open(run.LogPath);
            example = new InclusionExample(
                last.LogIndex,
                Encoding.UTF8.GetString(log.ReadEntry(last.LogIndex)),
                log.GetLeafHash(last.LogIndex).ToString(),
                [.. log.GetInclusionProof(last.LogIndex, run.Report.LogHead.Size).Path.Select(static hash => hash.ToString())]);
        }

        return new LogHead(run.Report.LogHead.Size, run.Report.LogHead.RootHash.ToString(), run.Log.IsIntact, new Checkpoint("vouch.example/render-farm", run.Report.LogHead).ToString(), example);
    }

    private static List<TimelineEvent> Timeline(FarmResult run)
    {
        var timeline = new List<TimelineEvent>();
        int accepted = 0;
        ILookup<long, Turn> turns = run.Watch.Turns.ToLookup(static turn => turn.Sequence);
        foreach ((TimeSpan at, RunEvent happened) in run.Events)
        {
            timeline.AddRange(turns[happened.Sequence].Select(turn => new TimelineEvent(at, EventTone.Warning, $"The watch: {turn.Text}")));
            switch (happened.Kind)
            {
                case RunEventKind.WorkerSuspended:
                    timeline.Add(new TimelineEvent(at, EventTone.Good, happened.Text));
                    break;
                case RunEventKind.WorkerUnresponsive or RunEventKind.GivenUp:
                    timeline.Add(new TimelineEvent(at, EventTone.Warning, happened.Text));
                    break;
                case RunEventKind.CheckFailed:
                    timeline.Add(new TimelineEvent(at, EventTone.Warning, happened.Text));
                    break;
                case RunEventKind.Accepted or RunEventKind.Restored when ++accepted == 1 || accepted == run.Units.Count:
                    timeline.Add(new TimelineEvent(at, EventTone.Neutral, happened.Text));
                    break;
            }
        }

        return timeline;
    }

    private static List<Fact> Settings(FarmResult run) =>
    [
        new("Scene", run.Request.Scene, run.SceneSummary),
        new("Picture", Invariant($"{run.Request.Size} × {run.Request.Size}, tiles of {run.Request.TileSize}")),
        new("Quality", Invariant($"SSIM {run.Request.Quality:0.###}"), $"profile {run.Request.Profile}"),
        new("Error budget", Invariant($"{run.Request.ErrorBudget:P3}")),
        new("Budget", double.IsPositiveInfinity(run.Request.Budget) ? "none" : Euro(run.Request.Budget)),
        new("Workers", Invariant($"{run.Request.Workers}, {run.Request.Cheaters:P0} cheaters")),
        new("Seed", Invariant($"{run.Request.Seed}")),
        new("Policy", run.Report.Policy.Value),
    ];

    private static string NameOf(FarmResult run) => run.Scene.Name switch
    {
        Scenes.CornellBox.Name => "The Cornell box",
        Scenes.CornellBox.SpheresName => "The Cornell box with spheres",
        string name => name,
    };

    private static string Euro(double amount) => Invariant($"{amount:0.000} EUR");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
