using System.Globalization;
using Vouch.Core.Models;
using Behavior = Vouch.Testing.WorkerBehavior<int, string>;

namespace Vouch.Testing.Tests;

public sealed class FakeWorkerTests
{
    private static readonly WorkerId Id = new("w1");

    private static string Truth(int unit) => string.Create(CultureInfo.InvariantCulture, $"truth {unit}");

    private static FakeWorker<int, string> Worker(Behavior? behavior = null, int seed = 0, TimeProvider? time = null, string id = "w1") =>
        new(new WorkerId(id), Truth, behavior, seed, capacity: 2, time);

    private static async Task<string[]> AskAsync(FakeWorker<int, string> worker, IEnumerable<int> units)
    {
        var answers = new List<string>();
        foreach (int unit in units)
        {
            answers.Add(await worker.ExecuteAsync(unit, CancellationToken.None));
        }

        return [.. answers];
    }

    [Fact]
    public void Constructor_BadArguments_Throws()
    {
        FluentActions.Invoking(() => new FakeWorker<int, string>(default, Truth)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new FakeWorker<int, string>(Id, null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new FakeWorker<int, string>(Id, Truth, capacity: 0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public async Task ExecuteAsync_Honest_AnswersTruthAndKeepsARecord()
    {
        var clock = new ManualTimeProvider();
        FakeWorker<int, string> worker = Worker(time: clock);

        (await worker.ExecuteAsync(7, CancellationToken.None)).Should().Be("truth 7");

        worker.Calls.Should().ContainSingle().Which.Should().Be(
            new FakeWorkerCall<int, string>(0, 7, FakeCallOutcome.Answered, "truth 7", true, clock.Start, clock.Start));
        worker.CallCount.Should().Be(1);
        worker.Capacity.Should().Be(2);
        worker.Id.Should().Be(Id);
    }

    [Fact]
    public async Task ExecuteAsync_Crash_Throws()
    {
        FakeWorker<int, string> worker = Worker(Behavior.Crash());
        FakeWorker<int, string> typed = Worker(Behavior.Crash(() => new IOException("disk full")));

        await FluentActions.Awaiting(() => worker.ExecuteAsync(1, CancellationToken.None).AsTask()).Should().ThrowAsync<WorkerCrashException>();
        await FluentActions.Awaiting(() => typed.ExecuteAsync(1, CancellationToken.None).AsTask()).Should().ThrowAsync<IOException>().WithMessage("disk full");
        worker.Calls[0].Outcome.Should().Be(FakeCallOutcome.Crashed);
        worker.Calls[0].IsHonest.Should().BeFalse();
    }

    [Fact]
    public async Task ExecuteAsync_CrashAfterTwo_AnswersTwiceAndThenCrashesAlways()
    {
        FakeWorker<int, string> worker = Worker(Behavior.Crash().After(2));

        (await AskAsync(worker, [1, 2])).Should().Equal("truth 1", "truth 2");
        for (int i = 0; i < 3; i++)
        {
            await FluentActions.Awaiting(() => worker.ExecuteAsync(3, CancellationToken.None).AsTask()).Should().ThrowAsync<WorkerCrashException>();
        }
    }

    [Fact]
    public async Task ExecuteAsync_HangAndCancelled_StopsAtOnce()
    {
        using var source = new CancellationTokenSource();
        FakeWorker<int, string> worker = Worker(Behavior.Hang());
        Task<string> call = worker.ExecuteAsync(1, source.Token).AsTask();
        call.IsCompleted.Should().BeFalse();
        worker.Calls[0].Outcome.Should().Be(FakeCallOutcome.Running);

        await source.CancelAsync();

        await FluentActions.Awaiting(() => call.WaitAsync(TimeSpan.FromSeconds(30))).Should().ThrowAsync<OperationCanceledException>();
        worker.Calls[0].Outcome.Should().Be(FakeCallOutcome.Cancelled);
    }

    [Fact]
    public async Task ExecuteAsync_HangIgnoringCancellation_NeverEnds()
    {
        using var source = new CancellationTokenSource();
        FakeWorker<int, string> worker = Worker(Behavior.Hang(ignoreCancellation: true));
        Task<string> call = worker.ExecuteAsync(1, source.Token).AsTask();

        await source.CancelAsync();

        (await Task.WhenAny(call, Task.Delay(50))).Should().NotBe(call);
        worker.Calls[0].Outcome.Should().Be(FakeCallOutcome.Running);
    }

    [Fact]
    public async Task ExecuteAsync_Lie_AnswersTheLieAndIsNotHonest()
    {
        FakeWorker<int, string> worker = Worker(Behavior.Lie(unit => $"lie {unit}"));

        (await AskAsync(worker, [4])).Should().Equal("lie 4");
        worker.Calls[0].IsHonest.Should().BeFalse();
        worker.Calls[0].Answer.Should().Be("lie 4");
    }

    [Fact]
    public async Task ExecuteAsync_RandomLies_DifferByWorkerAndRepeatBySeed()
    {
        static Behavior RandomLie() => Behavior.Lie((_, random) => random.Next().ToString(CultureInfo.InvariantCulture));

        string[] first = await AskAsync(Worker(RandomLie(), seed: 5), Enumerable.Range(0, 20));
        string[] again = await AskAsync(Worker(RandomLie(), seed: 5), Enumerable.Range(0, 20));
        string[] otherSeed = await AskAsync(Worker(RandomLie(), seed: 6), Enumerable.Range(0, 20));
        string[] otherWorker = await AskAsync(Worker(RandomLie(), seed: 5, id: "w2"), Enumerable.Range(0, 20));

        again.Should().Equal(first);
        first.Intersect(otherSeed).Should().BeEmpty();
        first.Intersect(otherWorker).Should().BeEmpty();
        first.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task ExecuteAsync_WithProbability_DoesNotDependOnTheOrderOfCalls()
    {
        static Behavior Sometimes() => Behavior.Lie(_ => "lie").WithProbability(0.3);
        FakeWorker<int, string> forward = Worker(Sometimes(), seed: 3);
        FakeWorker<int, string> parallel = Worker(Sometimes(), seed: 3);
        int[] units = [.. Enumerable.Range(0, 1000)];

        string[] expected = await AskAsync(forward, units);
        string[] actual = new string[units.Length];
        await Parallel.ForEachAsync(units.Reverse(), async (unit, token) => actual[unit] = await parallel.ExecuteAsync(unit, token));

        actual.Should().Equal(expected);
        // 1000 draws at 0.3: mean 300, standard deviation 14.5; five of them either side.
        expected.Count(answer => answer == "lie").Should().BeInRange(228, 372);
        forward.Calls.Count(call => call.IsHonest).Should().Be(expected.Count(answer => answer != "lie"));
    }

    [Fact]
    public async Task ExecuteAsync_WithProbability_DrawsAnewWhenAskedAgain()
    {
        FakeWorker<int, string> worker = Worker(Behavior.Lie(_ => "lie").WithProbability(0.5), seed: 1);

        string[] answers = await AskAsync(worker, Enumerable.Repeat(1, 64));

        answers.Distinct().Should().HaveCount(2);
    }

    [Fact]
    public async Task ExecuteAsync_Colluders_TellTheSameLieOnTheSameUnits()
    {
        static Behavior Ring(int secret) => Behavior.Collude(secret, (unit, random) => $"lie {unit} {random.Next()}", share: 0.5);

        string[] first = await AskAsync(Worker(Ring(9), seed: 1, id: "a"), Enumerable.Range(0, 100));
        string[] second = await AskAsync(Worker(Ring(9), seed: 2, id: "b"), Enumerable.Range(0, 100));
        string[] stranger = await AskAsync(Worker(Ring(10), seed: 1, id: "a"), Enumerable.Range(0, 100));

        second.Should().Equal(first);
        first.Count(answer => answer.StartsWith("lie", StringComparison.Ordinal)).Should().BeInRange(25, 75);
        first.Where(answer => answer.StartsWith("lie", StringComparison.Ordinal)).Intersect(stranger).Should().BeEmpty();
    }

    [Fact]
    public async Task ExecuteAsync_TurnsAfterThree_IsHonestThreeTimes()
    {
        FakeWorker<int, string> worker = Worker(Behavior.Lie(_ => "lie").After(3));

        (await AskAsync(worker, [1, 2, 3, 4, 5])).Should().Equal("truth 1", "truth 2", "truth 3", "lie", "lie");
        worker.Calls.Select(call => call.IsHonest).Should().Equal(true, true, true, false, false);
    }

    [Fact]
    public async Task ExecuteAsync_Nothing_AnswersTheDefaultValue() =>
        (await Worker(Behavior.Nothing).ExecuteAsync(1, CancellationToken.None)).Should().BeNull();

    [Fact]
    public async Task ExecuteAsync_Stale_AnswersTheUnitBefore() =>
        (await AskAsync(Worker(Behavior.Stale), [1, 2, 3])).Should().Equal("truth 1", "truth 1", "truth 2");

    [Fact]
    public async Task ExecuteAsync_AnswerOf_AnswersAnotherUnit()
    {
        FakeWorker<int, string> worker = Worker(Behavior.AnswerOf(unit => unit + 1).For(unit => unit % 2 == 0));

        (await AskAsync(worker, [1, 2])).Should().Equal("truth 1", "truth 3");
        worker.Calls.Select(call => call.IsHonest).Should().Equal(true, false);
    }

    [Fact]
    public async Task ExecuteAsync_Delayed_AnswersWhenTheClockSaysSo()
    {
        var clock = new ManualTimeProvider();
        FakeWorker<int, string> worker = Worker(Behavior.Honest.Delayed(TimeSpan.FromSeconds(3)), time: clock);
        Task<string> call = worker.ExecuteAsync(1, CancellationToken.None).AsTask();

        clock.Advance(TimeSpan.FromSeconds(2));
        call.IsCompleted.Should().BeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));

        (await call.WaitAsync(TimeSpan.FromSeconds(30))).Should().Be("truth 1");
        (worker.Calls[0].EndedAt - worker.Calls[0].StartedAt).Should().Be(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task PeakConcurrency_TwoAtOnce_IsTwo()
    {
        var clock = new ManualTimeProvider();
        FakeWorker<int, string> worker = Worker(Behavior.Honest.Delayed(TimeSpan.FromSeconds(1)), time: clock);

        Task<string> first = worker.ExecuteAsync(1, CancellationToken.None).AsTask();
        Task<string> second = worker.ExecuteAsync(2, CancellationToken.None).AsTask();
        clock.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(first, second);
        Task<string> third = worker.ExecuteAsync(3, CancellationToken.None).AsTask();
        clock.Advance(TimeSpan.FromSeconds(1));
        await third;

        worker.PeakConcurrency.Should().Be(2);
    }

    [Fact]
    public async Task ExecuteAsync_Custom_SeesTheCall()
    {
        var seen = new List<(int Index, int Attempt, bool HasPrevious)>();
        FakeWorker<int, string> worker = Worker(Behavior.Custom((call, _) =>
        {
            seen.Add((call.Index, call.Attempt, call.HasPrevious));
            return new ValueTask<string>(call.Unit == 2 ? call.Compute(99) : call.AnswerHonestly());
        }));

        (await AskAsync(worker, [1, 1, 2])).Should().Equal("truth 1", "truth 1", "truth 99");
        seen.Should().Equal((0, 0, false), (1, 1, true), (2, 0, true));
        worker.Calls.Select(call => call.IsHonest).Should().Equal(true, true, false);
    }

    [Fact]
    public void Behavior_BadArguments_Throws()
    {
        FluentActions.Invoking(() => Behavior.Lie((Func<int, string>)null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => Behavior.Lie((Func<int, Random, string>)null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => Behavior.Collude(1, null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => Behavior.Collude(1, (_, _) => "", double.NaN)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Behavior.AnswerOf(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => Behavior.Custom(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => Behavior.Honest.After(-1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Behavior.Honest.WithProbability(1.01)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Behavior.Honest.Delayed(TimeSpan.FromTicks(-1))).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Behavior.Honest.For(null!)).Should().Throw<ArgumentNullException>();
    }
}
