using System.Security.Cryptography;
using RenderFarm.Display;
using RenderFarm.Report;
using RenderFarm.Scenes;
using RenderFarm.Tracing;
using RenderFarm.Workers;
using Vouch.Core.Models;
using Vouch.Execution.Progress;
using Vouch.Execution.Results;

namespace RenderFarm.Tests;

/// <summary>The whole flow on a small picture.</summary>
public sealed class RenderJobTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "vouch-farm-" + Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task RunAsync_AThirdCheats_KeepsThePromiseAndCatchesThem()
    {
        FarmResult result = await RunAsync(Small("a"));

        result.Report.Outcome.Should().Be(JobOutcome.Completed, result.Report.Summary);
        result.Truth.WrongUnits.Should().BeEmpty();
        result.Truth.Accepted.Should().Be(result.Units.Count);
        result.Truth.Undetected.Should().BeEmpty();
        result.Truth.WronglySuspended.Should().BeEmpty();
        result.Watch.Workers.SelectMany(static worker => worker.Answers).Should().OnlyContain(static answer => answer.Latency > TimeSpan.Zero && answer.OfUsual > 0);
        result.Log.IsIntact.Should().BeTrue();
        result.Picture.Should().OnlyContain(static value => float.IsFinite(value) && value >= 0);
    }

    [Fact]
    public async Task RunAsync_SameSeedTwice_MakesTheSamePictureAndTheSameVerdicts()
    {
        FarmResult first = await RunAsync(Small("b"));
        FarmResult second = await RunAsync(Small("c"));

        Digest(second).Should().Be(Digest(first));
        Story(second).Should().Equal(Story(first));
    }

    [Fact]
    public async Task RunAsync_WorkersInProcessesOfTheirOwn_MakesTheSamePicture()
    {
        FarmResult here = await RunAsync(Small("here"));
        FarmResult there = await RunAsync(Small("there") with { WorkersHttp = true });

        there.Report.Outcome.Should().Be(JobOutcome.Completed, there.Report.Summary);
        there.Truth.WrongUnits.Should().BeEmpty();
        there.Truth.Cheaters.Should().Be(here.Truth.Cheaters, "the diaries came back from the other processes");
        Digest(there).Should().Be(Digest(here));
    }

    [Fact]
    public async Task RunAsync_BudgetTooSmall_EndsWithWhatItCouldAfford_AndResumesWithALargerOne()
    {
        FarmResult whole = await RunAsync(Small("d"));
        double cap = 0.5 * whole.Report.Cost.Total;

        FarmResult half = await RunAsync(Small("e") with { Budget = cap });
        FarmResult rest = await RunAsync(Small("e") with { Resume = true });

        half.Report.Outcome.Should().Be(JobOutcome.CostCapReached);
        half.Report.Cost.Total.Should().BeLessThanOrEqualTo(cap);
        half.Accepted.Should().NotBeEmpty();
        rest.Report.Outcome.Should().Be(JobOutcome.Completed, rest.Report.Summary);
        rest.Report.Restored.Should().Be(half.Report.Accepted);
        rest.Truth.Accepted.Should().Be(rest.Units.Count, "tiles of the earlier run are judged too");
        rest.Truth.WrongUnits.Should().BeEmpty();
        foreach (VerifiedResult<TileImage> kept in half.Accepted)
        {
            VerifiedResult<TileImage> again = rest.Accepted.Single(result => result.UnitId == kept.UnitId);
            again.IsRestored.Should().BeTrue();
            again.Value.Rgb.Should().Equal(kept.Value.Rgb);
        }
    }

    [Fact]
    public async Task Build_AWholeRun_FillsEveryPartOfTheReport()
    {
        FarmResult result = await RunAsync(Small("f"));

        ReportModel model = ReportBuilder.Build(result);

        model.PromiseHeld.Should().BeTrue(model.Verdict);
        model.Gallery.Should().NotBeEmpty();
        model.Workers.Should().HaveCount(result.Farm.Workers.Count);
        model.Reputations!.Series.Should().HaveCount(result.Farm.Workers.Count);
        model.Watch!.Strips.Sum(static strip => strip.Tiles.Count).Should().Be(result.Events.Count(static entry => entry.Event.Kind == RunEventKind.Answered));
        model.Service!.Objectives.Should().HaveCount(3).And.OnlyContain(static objective => objective.Total > 0);
        model.Service.Components.Should().HaveCount(result.Farm.Workers.Count + 1);
        model.Service.Diagnosis.Should().NotBeEmpty();
        model.Schedule!.Bars.Should().HaveCount(result.Units.Count);
        model.Cost!.ReplicationFactor.Should().BeGreaterThan(1);
        model.Log!.IsVerified.Should().BeTrue();
        model.Log.Example!.Path.Should().NotBeEmpty();
        HtmlReport.Write(model).Should().NotContain("http://").And.NotContain("https://");
    }

    [Fact]
    public async Task IsHonestAnswer_ForgedTile_IsToldFromAnHonestOne()
    {
        RenderScene scene = CornellBox.Build();
        var worker = new RenderWorker(new WorkerId("w"), scene, jobSeed: 5);
        var unit = new TileUnit(new WorkUnitId("t"), new FrameInfo(32, 32), new Rect(8, 8, 8, 8), 4, 4);
        var liar = new RenderWorker(new WorkerId("w"), scene, jobSeed: 5, new Opportunist(1, 1, Misconduct.Tinted));

        TileImage honest = await worker.ExecuteAsync(unit, CancellationToken.None);
        TileImage forged = await liar.ExecuteAsync(unit, CancellationToken.None);

        worker.IsHonestAnswer(unit, honest).Should().BeTrue();
        worker.IsHonestAnswer(unit, forged).Should().BeFalse();
    }

    [Theory]
    [InlineData("--workers", "0")]
    [InlineData("--cheaters", "1.5")]
    [InlineData("--quality", "NaN")]
    [InlineData("--error-budget", "0.7")]
    [InlineData("--budget", "-1")]
    [InlineData("--profile", "Cheapest")]
    [InlineData("--scene", "no-such-file.obj")]
    [InlineData("--no-such-option", "1")]
    public async Task RunAsync_BadArgument_ExitsWithTwo(string option, string value)
    {
        int status = await CommandLine.RunAsync([option, value, "--out", Path.Combine(_folder, "bad")]);

        status.Should().Be(2);
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private FarmRequest Small(string name) => new()
    {
        Size = 144,
        TileSize = 24,
        Workers = 6,
        TileTime = TimeSpan.FromMilliseconds(50),
        Quality = 0.5,
        Seed = 3,
        Out = Path.Combine(_folder, name),
    };

    private static async Task<FarmResult> RunAsync(FarmRequest request)
    {
        Directory.CreateDirectory(request.Out);
        return await RenderJob.RunAsync(request, new PlainDisplay(TextWriter.Null), TestContext.Current.CancellationToken);
    }

    private static string Digest(FarmResult result) => Convert.ToHexString(SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(result.Picture.AsSpan())));

    /// <summary>Every decision of the run; how long things took is not part of it.</summary>
    private static IEnumerable<string> Story(FarmResult result) => result.Events
        .Select(static entry => entry.Event)
        .Where(static happened => happened.Kind is RunEventKind.Dispatched or RunEventKind.Accepted or RunEventKind.Rejected or RunEventKind.CheckFailed or RunEventKind.WorkerSuspended)
        .Select(static happened => $"{happened.Kind} {happened.UnitId} {happened.Worker} {happened.ErrorProbability}");
}
