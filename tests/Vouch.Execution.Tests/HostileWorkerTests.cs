using Vouch.Execution.Jobs;
using Vouch.Execution.Progress;
using Vouch.Execution.Results;
using Vouch.Execution.Verification;
using Vouch.Resilience.Calls;
using Vouch.Testing;
using Behavior = Vouch.Testing.WorkerBehavior<int, long>;

namespace Vouch.Execution.Tests;

/// <summary>Whatever single workers do, the job gets done and nothing wrong is accepted.</summary>
public class HostileWorkerTests
{
    private static readonly Dictionary<string, Behavior> Behaviors = new()
    {
        ["crashes"] = Behavior.Crash(),
        ["crashes now and then"] = Behavior.Crash().WithProbability(0.5),
        ["throws a cancellation nobody asked for"] = Behavior.Crash(static () => new OperationCanceledException("not yours")),
        ["lies"] = Behavior.Lie(static n => n + 1),
        ["lies now and then"] = Behavior.Lie(static n => n + 1).WithProbability(0.2),
        ["lies at random"] = Behavior.Lie(static (n, random) => n + random.Next(1, 1000)),
        ["answers a negative number"] = Behavior.Lie(static _ => -1),
        ["answers nothing"] = Behavior.Nothing,
        ["answers the unit before"] = Behavior.Stale,
        ["answers another unit"] = Behavior.AnswerOf(static n => n + 1),
        ["turns after 25"] = Behavior.Lie(static n => n + 1).After(25),
        ["throws at once"] = Behavior.Custom(static (_, _) => throw new InvalidProgramException("no task at all")),
    };

    public static TheoryData<string> Names => [.. Behaviors.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Start_ThirdOfThePoolIsHostile_CompletesWithNothingWrong(string name)
    {
        VerifiedExecutor executor = Executors.With();
        var hostile = new[] { Squares.Worker("m1", Behaviors[name]), Squares.Worker("m2", Behaviors[name]) };

        await using VerifiedRun<long> run = executor.Start(Squares.Job(80), Squares.Pool([.. Squares.Honest(4), .. hostile]), new Squares.SpotCheck(power: 0.99));
        List<VerifiedResult<long>> results = await Squares.AllAsync(run);
        JobReport report = await run.Completion;

        report.Outcome.Should().Be(JobOutcome.Completed, report.Summary);
        results.Should().HaveCount(80).And.OnlyContain(result => Squares.IsRight(result));
        report.Workers.Where(worker => worker.Worker.Value.StartsWith("honest", StringComparison.Ordinal))
            .Should().OnlyContain(worker => worker.SuspendedBecause == null && !worker.Unresponsive);
    }

    [Theory]
    [InlineData("lies")]
    [InlineData("lies now and then")]
    [InlineData("answers a negative number")]
    [InlineData("answers another unit")]
    [InlineData("turns after 25")]
    public async Task Start_Cheater_IsCaughtAndSuspended(string name)
    {
        VerifiedExecutor executor = Executors.With();

        await using VerifiedRun<long> run = executor.Start(Squares.Job(200), Squares.Pool([.. Squares.Honest(3), Squares.Worker("cheat", Behaviors[name])]), new Squares.SpotCheck());
        List<VerifiedResult<long>> results = await Squares.AllAsync(run);
        JobReport report = await run.Completion;

        results.Should().HaveCount(200).And.OnlyContain(result => Squares.IsRight(result));
        WorkerReport cheat = report.Workers.Single(worker => worker.Worker.Value == "cheat");
        cheat.SuspendedBecause.Should().NotBeNullOrEmpty();
        executor.Reputation.IsSuspended(cheat.Worker).Should().BeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_WorkerThatHangs_IsLeftAloneAndTheJobCompletes(bool ignoresCancellation)
    {
        var time = new ManualTimeProvider();
        FakeWorker<int, long>[] workers = [.. Enumerable.Range(0, 3).Select(i => Squares.Worker($"honest{i}", time: time)), Squares.Worker("hangs", Behavior.Hang(ignoresCancellation), time)];
        var activity = new Executors.Activity(workers);
        VerifiedExecutor executor = Executors.With(time: time);

        await using VerifiedRun<long> run = executor.Start(Squares.Job(40), Squares.Pool(workers), new Squares.SpotCheck(), progress: activity);
        JobReport report = await Executors.DriveAsync(run.Completion, time, activity);
        List<VerifiedResult<long>> results = await Squares.AllAsync(run);

        report.Outcome.Should().Be(JobOutcome.Completed, report.Summary);
        results.Should().HaveCount(40).And.OnlyContain(result => Squares.IsRight(result));
        WorkerReport hangs = report.Workers.Single(worker => worker.Worker.Value == "hangs");
        hangs.Unresponsive.Should().BeTrue();
        hangs.SuspendedBecause.Should().BeNull("not answering is no lie");
        time.Elapsed.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(30));
        workers.Should().OnlyContain(worker => worker.PeakConcurrency <= 1, "a worker is never asked for more than its capacity");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(11)]
    [InlineData(23)]
    public async Task Run_LiarsAgreeBeforeAnybodyIsKnown_TheUnitIsDecidedOnceTheOthersHaveShownThemselves(ulong seed)
    {
        var lying = WorkerBehavior<int, long>.Lie(static n => n + 1).WithProbability(0.3);
        IEnumerable<FakeWorker<int, long>> workers = Enumerable.Range(0, 16).Select(i => Squares.Worker($"w{i}", i < 2 ? lying : null));

        await using VerifiedRun<long> run = Executors.With().Start(Squares.Job(100, seed: seed, errorBudget: 0.05), Squares.Pool(workers), new AgreementVerifier<int, long>());
        List<VerifiedResult<long>> results = await Squares.AllAsync(run);
        JobReport report = await run.Completion;

        report.Outcome.Should().Be(JobOutcome.Completed, report.Summary);
        results.Should().HaveCount(100).And.OnlyContain(result => Squares.IsRight(result));
    }

    [Fact]
    public async Task Start_WorkerThatIsSlow_IsHedgedByAnother()
    {
        var time = new ManualTimeProvider();
        FakeWorker<int, long>[] workers = [.. Enumerable.Range(0, 3).Select(i => Squares.Worker($"honest{i}", time: time)), Squares.Worker("slow", Behavior.Honest.Delayed(TimeSpan.FromSeconds(20)), time)];
        var activity = new Executors.Activity(workers);
        VerifiedExecutor executor = Executors.With(calls: new WorkerCallOptions { HedgeAfter = TimeSpan.FromSeconds(2), MaxRetries = 0 }, time: time);

        await using VerifiedRun<long> run = executor.Start(Squares.Job(30), Squares.Pool(workers), new Squares.SpotCheck(), progress: activity);
        JobReport report = await Executors.DriveAsync(run.Completion, time, activity);
        List<VerifiedResult<long>> results = await Squares.AllAsync(run);

        report.Outcome.Should().Be(JobOutcome.Completed, report.Summary);
        results.Should().HaveCount(30).And.OnlyContain(result => Squares.IsRight(result));
        time.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(20), "nobody waits for the slow one");
    }

    [Fact]
    public async Task Start_WorkerThatBlocksItsThread_HoldsUpNobodyElse()
    {
        using var release = new ManualResetEventSlim();
        var time = new ManualTimeProvider();
        Behavior blocking = Behavior.Custom((call, _) =>
        {
            release.Wait(TestContext.Current.CancellationToken);
            return new ValueTask<long>(call.AnswerHonestly());
        });
        FakeWorker<int, long>[] workers = [.. Enumerable.Range(0, 3).Select(i => Squares.Worker($"honest{i}", time: time)), Squares.Worker("blocks", blocking, time)];
        var activity = new Executors.Activity(workers);

        await using VerifiedRun<long> run = Executors.With(time: time).Start(Squares.Job(30), Squares.Pool(workers), new Squares.SpotCheck(), progress: activity);
        JobReport report = await Executors.DriveAsync(run.Completion, time, activity);
        release.Set();

        report.Outcome.Should().Be(JobOutcome.Completed, report.Summary);
        report.Workers.Single(worker => worker.Worker.Value == "blocks").Unresponsive.Should().BeTrue();
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.3)]
    public async Task Start_ColludingPairAmongEight_NeverGetsAWrongResultAccepted(double share)
    {
        Behavior collude = Behavior.Collude(7, static (n, random) => n + random.Next(1, 10), share);
        for (ulong seed = 1; seed <= 10; seed++)
        {
            await using VerifiedRun<long> run = Executors.With().Start(
                Squares.Job(40, seed: seed, errorBudget: 0.02),
                Squares.Pool([.. Squares.Honest(6), Squares.Worker("ring1", collude), Squares.Worker("ring2", collude)]),
                new AgreementVerifier<int, long>());
            List<VerifiedResult<long>> results = await Squares.AllAsync(run);
            JobReport report = await run.Completion;

            results.Should().OnlyContain(result => Squares.IsRight(result), "seed {0}", seed);
            results.Should().OnlyContain(result => result.ErrorProbability <= 0.02);
            (results.Count + report.Unresolved.Count).Should().Be(40);
        }
    }

    [Fact]
    public async Task Start_OneFalseAlarmOnAnHonestResult_SuspendsNobody()
    {
        foreach (double rate in new[] { 0.02, 1e-4, 1e-9 })
        {
            var verifier = new AlarmOnce(rate);

            await using VerifiedRun<long> run = Executors.With().Start(Squares.Job(30), Squares.Pool(Squares.Honest(3)), verifier);
            List<VerifiedResult<long>> results = await Squares.AllAsync(run);
            JobReport report = await run.Completion;

            verifier.HasRung.Should().BeTrue();
            results.Should().HaveCount(30);
            report.Workers.Should().OnlyContain(worker => worker.SuspendedBecause == null, "nobody is accused on one check alone (false alarm rate {0})", rate);
        }
    }

    [Fact]
    public async Task Start_UnitThatEveryWorkerCrashesOn_IsGivenUpAndTheWorkersAreKept()
    {
        Behavior crashing = Behavior.Crash().For(static n => n is >= 30 and < 34);
        FakeWorker<int, long>[] workers = [.. Enumerable.Range(0, 5).Select(i => Squares.Worker($"w{i}", crashing))];

        await using VerifiedRun<long> run = Executors.With().Start(Squares.Job(60), Squares.Pool(workers), new Squares.SpotCheck());
        List<VerifiedResult<long>> results = await Squares.AllAsync(run);
        JobReport report = await run.Completion;

        results.Should().HaveCount(56, "the other units are done");
        report.Unresolved.Select(unit => unit.UnitId.Value).Should().BeEquivalentTo("n30", "n31", "n32", "n33");
        report.Unresolved.Should().OnlyContain(unit => unit.Reason.Contains("sent out"));
        report.Workers.Should().OnlyContain(worker => !worker.Unresponsive, "the unit is at fault, not those who fail at it");
        report.Outcome.Should().Be(JobOutcome.ErrorBudgetUnreachable);
    }

    [Fact]
    public async Task Start_LongQueueAtASlowWorker_IsNotTakenForSilence()
    {
        var time = new ManualTimeProvider();
        FakeWorker<int, long> slow = Squares.Worker("slow", Behavior.Honest.Delayed(TimeSpan.FromSeconds(25)), time);
        var activity = new Executors.Activity([slow]);

        await using VerifiedRun<long> run = Executors.With(new ExecutionOptions { QueueDepth = 6 }, time: time).Start(Squares.Job(12), Squares.Pool(slow), new Squares.SpotCheck(), progress: activity);
        JobReport report = await Executors.DriveAsync(run.Completion, time, activity);

        report.Outcome.Should().Be(JobOutcome.Completed, report.Summary);
        report.Workers[0].FailedAttempts.Should().Be(0, "each attempt took less than its time");
    }

    [Fact]
    public async Task Start_WorkerSuspendedElsewhere_GetsNoMoreWorkHere()
    {
        VerifiedExecutor executor = Executors.With();
        FakeWorker<int, long> w0 = Squares.Worker("w0");
        var suspending = new Reacting(happened =>
        {
            if (happened is { Kind: RunEventKind.Accepted, UnitId.Value: "n3" })
            {
                executor.Reputation.Suspend(w0.Id, "caught in another job");
            }
        });

        await using VerifiedRun<long> run = executor.Start(Squares.Job(60), Squares.Pool([w0, .. Squares.Honest(3)]), new Squares.SpotCheck(), progress: suspending);
        JobReport report = await run.Completion;

        report.Outcome.Should().Be(JobOutcome.Completed, report.Summary);
        report.Workers.Single(worker => worker.Worker == w0.Id).SuspendedBecause.Should().Be("caught in another job");
        w0.CallCount.Should().BeLessThan(12);
    }

    [Fact]
    public async Task Start_ReplicasWantedButEverybodyIsGone_ChecksWhatThereIs()
    {
        // A check costs more than a replica, so agreement is the plan, until the other workers die.
        Behavior dying = Behavior.Crash();
        await using VerifiedRun<long> run = Executors.With().Start(
            Squares.Job(6, errorBudget: 0.1),
            Squares.Pool(Squares.Worker("a"), Squares.Worker("b", dying), Squares.Worker("c", dying)),
            new Squares.SpotCheck(power: 0.9, workShare: 20, canCompare: true));
        List<VerifiedResult<long>> results = await Squares.AllAsync(run);
        JobReport report = await run.Completion;

        report.Outcome.Should().Be(JobOutcome.Completed, report.Summary);
        results.Should().HaveCount(6).And.OnlyContain(result => Squares.IsRight(result));
    }

    private sealed class Reacting(Action<RunEvent> react) : IProgress<RunEvent>
    {
        public void Report(RunEvent value) => react(value);
    }

    /// <summary>A good check whose first verdict is wrong.</summary>
    private sealed class AlarmOnce(double falseAlarmRate) : IResultVerifier<int, long>
    {
        private readonly Squares.SpotCheck _check = new(0.99, falseAlarmRate);
        private int _rung;

        public bool HasRung => _rung > 0;

        public bool CanCheck => true;

        public bool CanCompare => false;

        public double CheckWorkShare => 0.1;

        public double DetectionPower => 0.99;

        public string? FindDefect(WorkUnit<int> unit, long result) => null;

        public ValueTask<ResultCheck> CheckAsync(WorkUnit<int> unit, long result, ulong seed, CancellationToken cancellationToken) =>
            Interlocked.Exchange(ref _rung, 1) == 0
                ? new(new ResultCheck(CheckVerdict.Failed, 0.99, falseAlarmRate, 0.1, "A false alarm."))
                : _check.CheckAsync(unit, result, seed, cancellationToken);

        public ValueTask<bool> AgreeAsync(WorkUnit<int> unit, long first, long second, CancellationToken cancellationToken) => new(first == second);
    }
}
