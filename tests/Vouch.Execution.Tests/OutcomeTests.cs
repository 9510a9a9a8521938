using Vouch.Core.Exceptions;
using Vouch.Economy.Pricing;
using Vouch.Execution.Jobs;
using Vouch.Execution.Progress;
using Vouch.Execution.Results;
using Vouch.Execution.Verification;
using Vouch.Testing;
using Behavior = Vouch.Testing.WorkerBehavior<int, long>;

namespace Vouch.Execution.Tests;

/// <summary>Every way in which a job ends, and that what was accepted before is kept.</summary>
public class OutcomeTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Completion_EverybodyDiesInTheMiddle_EndsWithoutWorkersAndKeepsWhatIsAccepted()
    {
        Behavior dying = Behavior.Crash().After(12);

        await using VerifiedRun<long> run = Executors.With().Start(
            Squares.Job(60), Squares.Pool(Enumerable.Range(0, 3).Select(i => Squares.Worker($"w{i}", dying))), new Squares.SpotCheck());
        List<VerifiedResult<long>> results = await Squares.AllAsync(run);
        JobReport report = await run.Completion;

        report.Outcome.Should().Be(JobOutcome.NoWorkersLeft);
        report.Summary.Should().Contain("3 do not answer");
        results.Should().NotBeEmpty().And.OnlyContain(result => Squares.IsRight(result));
        report.Unresolved.Should().HaveCount(60 - results.Count).And.OnlyContain(unit => unit.Reason.Length > 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Completion_EverybodyHangs_EndsWithoutWorkers(bool ignoresCancellation)
    {
        var time = new ManualTimeProvider();
        FakeWorker<int, long>[] workers = [.. Enumerable.Range(0, 3).Select(i => Squares.Worker($"w{i}", Behavior.Hang(ignoresCancellation), time))];
        var activity = new Executors.Activity(workers);

        await using VerifiedRun<long> run = Executors.With(time: time).Start(Squares.Job(10), Squares.Pool(workers), new Squares.SpotCheck(), progress: activity);
        JobReport report = await Executors.DriveAsync(run.Completion, time, activity);

        report.Outcome.Should().Be(JobOutcome.NoWorkersLeft);
        report.Accepted.Should().Be(0);
        report.Unresolved.Should().HaveCount(10).And.OnlyContain(unit => unit.Reason.Length > 0);
        report.ExpectedErrorShare.Should().Be(double.NaN);
        report.Cost.Total.Should().Be(0, "an attempt that delivers nothing costs nothing");
    }

    [Fact]
    public async Task Completion_EverybodyLies_EndsWithoutWorkersAndAcceptsNothing()
    {
        await using VerifiedRun<long> run = Executors.With().Start(
            Squares.Job(30), Squares.Pool(Enumerable.Range(0, 5).Select(i => Squares.Worker($"w{i}", Behavior.Lie(static n => n + 1)))), new Squares.SpotCheck(power: 0.999));
        JobReport report = await run.Completion;

        report.Outcome.Should().Be(JobOutcome.NoWorkersLeft);
        report.Accepted.Should().Be(0);
        report.Summary.Should().Contain("5 are suspended");
    }

    [Fact]
    public async Task Completion_WeakCheckAndSmallPool_SaysThatTheBudgetCannotBeReached()
    {
        await using VerifiedRun<long> run = Executors.With().Start(Squares.Job(5, errorBudget: 1e-6), Squares.Pool(Squares.Honest(2)), new Squares.SpotCheck(power: 0.1));
        JobReport report = await run.Completion;

        report.Outcome.Should().Be(JobOutcome.ErrorBudgetUnreachable);
        report.Summary.Should().Contain("larger pool").And.Contain("stronger check");
        report.Unresolved.Should().HaveCount(5).And.OnlyContain(unit => unit.ErrorProbability == null || unit.ErrorProbability > 1e-6);
    }

    [Fact]
    public async Task Completion_OneWorkerAndOnlyComparison_SaysThatTheBudgetCannotBeReached()
    {
        await using VerifiedRun<long> run = Executors.With().Start(Squares.Job(3), Squares.Pool(Squares.Honest(1)), new AgreementVerifier<int, long>());
        JobReport report = await run.Completion;

        report.Outcome.Should().Be(JobOutcome.ErrorBudgetUnreachable);
        report.Accepted.Should().Be(0);
    }

    [Fact]
    public async Task Completion_DeadlinePasses_StartsNothingMoreAndKeepsWhatIsAccepted()
    {
        var time = new ManualTimeProvider();
        FakeWorker<int, long>[] workers = [.. Enumerable.Range(0, 2).Select(i => Squares.Worker($"w{i}", Behavior.Honest.Delayed(TimeSpan.FromSeconds(10)), time))];
        var activity = new Executors.Activity(workers);
        var job = new VerifiedJob<int>("late", Squares.Units(40)) { Seed = 1, Deadline = time.GetUtcNow() + TimeSpan.FromSeconds(65) };

        await using VerifiedRun<long> run = Executors.With(time: time).Start(job, Squares.Pool(workers), new Squares.SpotCheck(), progress: activity);
        JobReport report = await Executors.DriveAsync(run.Completion, time, activity);
        List<VerifiedResult<long>> results = await Squares.AllAsync(run);

        report.Outcome.Should().Be(JobOutcome.DeadlinePassed);
        report.Summary.Should().Contain("deadline");
        results.Count.Should().BeInRange(5, 16);
        report.Unresolved.Should().HaveCount(40 - results.Count);
        workers.SelectMany(static worker => worker.Calls).Should().OnlyContain(call => call.StartedAt <= job.Deadline + TimeSpan.FromSeconds(20), "nothing is sent out after it; the queue of one is let through");
        CostTests.AddUp(report, workers);
    }

    [Fact]
    public async Task Completion_DeadlinePassesAfterTheLastUnitIsGivenUp_SaysWhatReallyHappened()
    {
        var time = new ManualTimeProvider();
        var job = new VerifiedJob<int>("given-up", Squares.Units(3)) { Seed = 1, ErrorBudget = 1e-6, Deadline = time.GetUtcNow() + TimeSpan.FromHours(1) };
        var late = new Late(() => time.Advance(TimeSpan.FromHours(2)));

        await using VerifiedRun<long> run = Executors.With(time: time).Start(job, Squares.Pool(Squares.Honest(1)), new AgreementVerifier<int, long>(), progress: late);
        JobReport report = await run.Completion;

        report.Outcome.Should().Be(JobOutcome.ErrorBudgetUnreachable);
    }

    [Fact]
    public async Task Completion_PricedUnits_RunInTheOrderOfTheirWindowsAndCostTheirPrices()
    {
        FakeWorker<int, long> worker = Squares.Worker("w");
        var job = new VerifiedJob<int>("priced", Squares.Units(4)) { Seed = 1, ErrorBudget = 0.4, Prices = Curve(9, 1, 7, 2, 8, 3, 4) };

        await using VerifiedRun<long> run = Executors.With(time: new ManualTimeProvider(Start)).Start(job, Squares.Pool(worker), new Squares.SpotCheck());
        JobReport report = await run.Completion;

        report.Outcome.Should().Be(JobOutcome.Completed, report.Summary);
        report.Schedule.Should().NotBeNull();
        report.Schedule!.TotalCost.Should().BeApproximately(1 + 2 + 3 + 4, 1e-9);
        report.Cost.Accepted.Should().BeApproximately(10, 1e-9, "units are billed at their planned prices");
        string[] planned = [.. report.Schedule.Assignments.OrderBy(static assignment => assignment.StartTime).Select(static assignment => assignment.JobId)];
        worker.Calls.Select(call => $"n{call.Unit}").Should().Equal(planned);
    }

    [Fact]
    public async Task Completion_WaitForSchedule_StartsUnitsInTheirWindows()
    {
        var time = new ManualTimeProvider(Start);
        FakeWorker<int, long>[] workers = [Squares.Worker("a", time: time), Squares.Worker("b", time: time)];
        var activity = new Executors.Activity(workers);
        var job = new VerifiedJob<int>("waits", Squares.Units(4)) { Seed = 1, ErrorBudget = 0.1, Prices = Curve(9, 1, 7, 2, 8) };

        await using VerifiedRun<long> run = Executors.With(new ExecutionOptions { WaitForSchedule = true }, time: time).Start(job, Squares.Pool(workers), new Squares.SpotCheck(), progress: activity);
        JobReport report = await Executors.DriveAsync(run.Completion, time, activity);

        report.Outcome.Should().Be(JobOutcome.Completed, report.Summary);
        workers.SelectMany(static worker => worker.Calls).Select(call => call.StartedAt - Start).Order()
            .Should().Equal(TimeSpan.FromHours(1), TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(3));
    }

    [Fact]
    public async Task Completion_WaitForScheduleWhileAnotherUnitRuns_DoesNotKeepTheNextOneWaiting()
    {
        var time = new ManualTimeProvider(Start);
        FakeWorker<int, long>[] workers = [.. Enumerable.Range(0, 2).Select(i => Squares.Worker($"w{i}", Behavior.Honest.Delayed(TimeSpan.FromHours(5)), time))];
        var activity = new Executors.Activity(workers);
        var job = new VerifiedJob<int>("waits", Squares.Units(2)) { Seed = 1, ErrorBudget = 0.4, Prices = Curve(9, 1, 9, 9, 9, 1, 1, 1, 1, 1, 1, 1, 1), TimePerWork = TimeSpan.FromHours(8) };
        VerifiedExecutor executor = Executors.With(
            new ExecutionOptions { WaitForSchedule = true }, new() { AttemptTimeout = TimeSpan.FromHours(10), MaxRetries = 0, BreakerSamplingDuration = TimeSpan.FromHours(20), IdleTimeout = TimeSpan.FromDays(2) }, time);

        await using VerifiedRun<long> run = executor.Start(job, new WorkerPool<int, long>([workers[0], workers[1]]), new Squares.SpotCheck(), progress: activity);
        JobReport report = await Executors.DriveAsync(run.Completion, time, activity);

        report.Outcome.Should().Be(JobOutcome.Completed, report.Summary);
        Dictionary<string, DateTimeOffset> planned = report.Schedule!.Assignments.ToDictionary(static assignment => assignment.JobId, static assignment => assignment.StartTime);
        workers.SelectMany(static worker => worker.Calls).Should().OnlyContain(call => call.StartedAt == planned[$"n{call.Unit}"]);
    }

    [Fact]
    public async Task Completion_NobodyIsLeft_DoesNotWaitForTheNextWindow()
    {
        var time = new ManualTimeProvider(Start);
        FakeWorker<int, long> worker = Squares.Worker("dead", Behavior.Crash(), time);
        var activity = new Executors.Activity([worker]);
        var job = new VerifiedJob<int>("dead", Squares.Units(3)) { Seed = 1, Prices = Curve([1, 9, 9, 9, 9, 2, .. Enumerable.Repeat(9.0, 20), 2]) };

        await using VerifiedRun<long> run = Executors.With(new ExecutionOptions { WaitForSchedule = true }, time: time).Start(job, Squares.Pool(worker), new Squares.SpotCheck(), progress: activity);
        JobReport report = await Executors.DriveAsync(run.Completion, time, activity);

        report.Outcome.Should().Be(JobOutcome.NoWorkersLeft);
        time.Elapsed.Should().BeLessThan(TimeSpan.FromHours(5));
    }

    [Fact]
    public async Task Completion_UnitsDoNotFitBeforeTheDeadline_ThrowsWhatIsInTheWay()
    {
        var job = new VerifiedJob<int>("tight", Squares.Units(10)) { Prices = Curve(1, 1, 1, 1, 1, 1), Deadline = Start + TimeSpan.FromHours(3) };

        await using VerifiedRun<long> run = Executors.With(time: new ManualTimeProvider(Start)).Start(job, Squares.Pool(Squares.Honest(2)), new Squares.SpotCheck());

        Func<Task> completion = () => run.Completion;
        SchedulingException thrown = (await completion.Should().ThrowAsync<SchedulingException>()).Which;
        thrown.JobId.Should().NotBeNullOrEmpty();
        thrown.Remedy.Should().NotBeNullOrEmpty();
        Func<Task> reading = () => Squares.AllAsync(run);
        await reading.Should().ThrowAsync<SchedulingException>();
    }

    [Fact]
    public async Task Completion_DeadlineBeforeTheFirstSlot_Throws()
    {
        var job = new VerifiedJob<int>("past", Squares.Units(1)) { Prices = Curve(1, 1), Deadline = Start - TimeSpan.FromHours(3) };

        await using VerifiedRun<long> run = Executors.With(time: new ManualTimeProvider(Start)).Start(job, Squares.Pool(Squares.Honest(2)), new Squares.SpotCheck());

        Func<Task> completion = () => run.Completion;
        (await completion.Should().ThrowAsync<SchedulingException>()).WithMessage("*no slot*");
    }

    private static PriceCurve Curve(params double[] prices) => new(Start, TimeSpan.FromHours(1), prices);

    private sealed class Late(Action onGivenUp) : IProgress<RunEvent>
    {
        private int _givenUp;

        public void Report(RunEvent value)
        {
            if (value.Kind == RunEventKind.GivenUp && ++_givenUp == 3)
            {
                onGivenUp();
            }
        }
    }
}
