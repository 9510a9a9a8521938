using RenderFarm.Watching;
using Vouch.Core.Models;
using Vouch.Execution.Progress;

namespace RenderFarm.Tests.Watching;

/// <summary>Runs made up of events alone: twelve workers in turn, tiles that take about a second, machines that differ by a third.</summary>
public class WorkerWatchTests
{
    private const double HonestPassRate = 0.9999;

    [Fact]
    public void Observe_WorkerBeginsToSaveTime_IsToldFromItsFirstFastTileOn()
    {
        var watch = new WorkerWatch(HonestPassRate);

        Play(watch, seed: 1, tiles: 14, turned: 6, factor: 0.25);

        Turn turn = watch.Turns.Should().ContainSingle().Which;
        turn.Worker.Should().Be(Worker(4));
        turn.Sign.Should().Be(TurnSign.Latency);
        turn.Tile.Should().Be(7);
        turn.ToldAfter.Should().BeInRange(9, 11, "it takes three tiles to tell a turn from a stray one");
        turn.Probability.Should().BeGreaterThan(0.5);
    }

    [Fact]
    public void Observe_NobodyTurns_SaysLittle()
    {
        int turns = 0;
        for (ulong seed = 1; seed <= 40; seed++)
        {
            var watch = new WorkerWatch(HonestPassRate);
            Play(watch, seed, tiles: 14, turned: 99, factor: 1);
            turns += watch.Turns.Count;
        }

        turns.Should().BeLessThanOrEqualTo(10, "of 480 workers, each assumed to turn once in 100 tiles");
    }

    [Fact]
    public void Observe_EverybodyBecomesSlower_IsNobodysTurn()
    {
        var watch = new WorkerWatch(HonestPassRate);
        var random = new Random(2);
        long sequence = 0;
        for (int tile = 0; tile < 14; tile++)
        {
            for (int worker = 0; worker < 12; worker++)
            {
                Answer(watch, ref sequence, worker, tile, (tile < 7 ? 1 : 3) * Math.Exp(0.2 * random.NextDouble()));
            }
        }

        watch.Turns.Should().BeEmpty("a machine room that slows down slows all");
    }

    [Fact]
    public void Observe_ChecksBeginToFail_AreToldAtTheSecondAndPutWhereTheyBegan()
    {
        var watch = new WorkerWatch(HonestPassRate);
        long sequence = 0;
        Turn? told = null;
        for (int tile = 0; tile < 9; tile++)
        {
            Answer(watch, ref sequence, 3, tile, 1);
            told ??= Check(watch, ref sequence, 3, tile, passed: tile < 6);
        }

        told.Should().NotBeNull();
        told!.Sign.Should().Be(TurnSign.Checks);
        told.Tile.Should().Be(7);
        told.ToldAfter.Should().Be(8);
        watch.Turns.Should().ContainSingle("a turn is told once");
    }

    [Fact]
    public void Observe_ChecksFailFromTheFirstTileOn_SaysSo()
    {
        var watch = new WorkerWatch(HonestPassRate);
        long sequence = 0;
        Answer(watch, ref sequence, 0, 0, 1);
        Check(watch, ref sequence, 0, 0, passed: false);

        Turn? told = Check(watch, ref sequence, 0, 0, passed: false);

        told!.Tile.Should().Be(1);
        told.Text.Should().Contain("from the first check on");
    }

    [Fact]
    public void Observe_EventsThatSayNothingOfAWorker_AreIgnored()
    {
        var watch = new WorkerWatch(HonestPassRate);

        watch.Observe(new RunEvent(0, RunEventKind.Dispatched, new WorkUnitId("t"), Worker(1), 0.1, "")).Should().BeNull();
        watch.Observe(new RunEvent(1, RunEventKind.CheckPassed, new WorkUnitId("t"), Worker(1), 0.1, "")).Should().BeNull("nobody has seen its tile");
        watch.Observe(new RunEvent(2, RunEventKind.WorkerSuspended, null, Worker(1), 1, "")).Should().BeNull();

        watch.Turns.Should().BeEmpty();
    }

    private static WorkerId Worker(int index) => new($"worker-{index:00}");

    private static WorkUnitId Unit(int worker, int tile) => new($"tile-{worker:00}-{tile:00}");

    /// <summary>The fifth worker turns.</summary>
    private static void Play(WorkerWatch watch, ulong seed, int tiles, int turned, double factor)
    {
        var random = new Random((int)seed);
        double[] speeds = [.. Enumerable.Range(0, 12).Select(_ => Math.Exp(0.3 * (random.NextDouble() - 0.5)))];
        long sequence = 0;
        for (int tile = 0; tile < tiles; tile++)
        {
            for (int worker = 0; worker < 12; worker++)
            {
                double noise = Math.Exp(0.25 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble()));
                Answer(watch, ref sequence, worker, tile, speeds[worker] * noise * (worker == 4 && tile >= turned ? factor : 1));
            }
        }
    }

    private static Turn? Answer(WorkerWatch watch, ref long sequence, int worker, int tile, double seconds) =>
        watch.Observe(new RunEvent(sequence++, RunEventKind.Answered, Unit(worker, tile), Worker(worker), 0.1, "") { Latency = TimeSpan.FromSeconds(seconds) });

    private static Turn? Check(WorkerWatch watch, ref long sequence, int worker, int tile, bool passed) =>
        watch.Observe(new RunEvent(sequence++, passed ? RunEventKind.CheckPassed : RunEventKind.CheckFailed, Unit(worker, tile), Worker(worker), 0.1, ""));
}
