using Vouch.Execution.Jobs;
using Vouch.Execution.Progress;
using Vouch.Execution.Results;
using Vouch.Execution.Verification;
using Vouch.Testing;
using Vouch.TrustEngine.Reputation;

namespace Vouch.Execution.Tests;

/// <summary>A verifier that fails neither accepts nor accuses, and never stops the job.</summary>
public class VerifierFailureTests
{
    [Fact]
    public async Task Start_CheckThrows_NothingIsAcceptedAndNobodyAccused()
    {
        var verifier = new Scripted { Check = static (_, _) => throw new InvalidOperationException("broken") };

        JobReport report = await RunAsync(verifier, 10, 3);

        report.Accepted.Should().Be(0);
        report.Unresolved.Should().HaveCount(10).And.OnlyContain(unit => unit.Reason.Length > 0);
        report.Outcome.Should().Be(JobOutcome.ErrorBudgetUnreachable);
        report.Workers.Should().OnlyContain(worker => worker.SuspendedBecause == null && !worker.Unresponsive);
    }

    [Fact]
    public async Task Start_CheckNeverTells_Ends()
    {
        var verifier = new Scripted { Check = static (_, _) => new(new ResultCheck(CheckVerdict.Inconclusive, 0.9, 0.01, 0.1, "Too dark to see.")) };

        JobReport report = await RunAsync(verifier, 10, 3);

        report.Accepted.Should().Be(0);
        report.Unresolved.Should().HaveCount(10);
        report.Workers.Should().OnlyContain(worker => worker.SuspendedBecause == null);
    }

    [Fact]
    public async Task Start_CheckAlwaysFailsWithoutTelling_Ends()
    {
        // A check that fails everything with a power as low as its false alarm rate says nothing at all.
        var verifier = new Scripted { Check = static (_, _) => new(new ResultCheck(CheckVerdict.Failed, 0.3, 0.3, 0.1, "Whatever.")), Power = 0.3 };

        JobReport report = await RunAsync(verifier, 10, 3);

        report.Accepted.Should().Be(0);
        report.Unresolved.Should().HaveCount(10);
    }

    [Fact]
    public async Task Start_CheckReturnsNull_CountsAsInconclusive()
    {
        var verifier = new Scripted { Check = static (_, _) => new((ResultCheck)null!) };

        JobReport report = await RunAsync(verifier, 4, 3);

        report.Accepted.Should().Be(0);
        report.Unresolved.Should().HaveCount(4);
        report.Workers.Should().OnlyContain(worker => worker.SuspendedBecause == null);
    }

    [Fact]
    public async Task Start_DefectTestThrows_NothingIsAcceptedAndNobodyAccused()
    {
        foreach (Exception failure in new Exception[] { new InvalidOperationException(), new TaskCanceledException("a time-out inside the verifier") })
        {
            var verifier = new Scripted { Defect = _ => throw failure };

            JobReport report = await RunAsync(verifier, 5, 3);

            report.Accepted.Should().Be(0);
            report.Workers.Should().OnlyContain(worker => worker.SuspendedBecause == null);
        }
    }

    [Fact]
    public async Task Start_ComparisonThrows_AccusesNobodyAndChecksDecide()
    {
        foreach (Exception failure in new Exception[] { new InvalidOperationException(), new TaskCanceledException("a time-out inside the verifier") })
        {
            // Checks are dear, so that replicas are asked for first.
            var verifier = new Scripted { Compares = true, Agree = (_, _) => throw failure, Share = 5 };

            JobReport report = await RunAsync(verifier, 20, 4);

            report.Outcome.Should().Be(JobOutcome.Completed, report.Summary);
            report.Workers.Should().OnlyContain(worker => worker.SuspendedBecause == null, "a comparison that fails speaks against nobody");
        }
    }

    [Fact]
    public async Task Start_CheckDearerThanTheWork_StillChecksWhereNothingCanAgree()
    {
        var verifier = new Squares.SpotCheck(power: 0.3, workShare: 4);

        await using VerifiedRun<long> run = Executors.With().Start(Squares.Job(10, errorBudget: 0.15), Squares.Pool(Squares.Honest(4)), verifier);
        JobReport report = await run.Completion;

        report.Outcome.Should().Be(JobOutcome.Completed, report.Summary);
        report.Cost.Rejected.Should().Be(0, "no honest result is thrown away for want of an agreement that cannot come");
    }

    [Fact]
    public async Task Start_WorkerSuspendedWhileItsResultIsDropped_GoesOnAndCountsItOnce()
    {
        // A weak, jumpy check and a touchy ledger: results are dropped on suspicion, and the dropping suspends their worker.
        int dropped = 0;
        for (ulong seed = 1; seed <= 20; seed++)
        {
            VerifiedExecutor executor = Executors.With(ledger: new ReputationLedger(new ReputationOptions { MinFailures = 1, ToleratedErrorRate = 0.001, SuspicionConfidence = 0.5 }));
            FakeWorker<int, long>[] workers = [.. Squares.Honest(4), Squares.Worker("liar", WorkerBehavior<int, long>.Lie(static n => n + 1))];
            await using VerifiedRun<long> run = executor.Start(Squares.Job(30, seed: seed), Squares.Pool(workers), new Squares.SpotCheck(power: 0.5, falseAlarmRate: 0.1));
            JobReport report = await run.Completion;

            dropped += report.Workers.Count(static worker => worker.SuspendedBecause is not null);
            CostTests.AddUp(report, workers);
        }

        dropped.Should().BeGreaterThan(0);
    }

    [Fact]
    public async Task Start_VerifierThatHangsInACancelledJob_DoesNotHoldUpTheNext()
    {
        VerifiedExecutor executor = Executors.With(new ExecutionOptions { MaxConcurrentChecks = 1 });
        var never = new TaskCompletionSource<ResultCheck>();
        var entered = new TaskCompletionSource();
        var hanging = new Scripted
        {
            Check = (_, _) =>
            {
                entered.TrySetResult();
                return new ValueTask<ResultCheck>(never.Task);
            },
        };
        await using (VerifiedRun<long> first = executor.Start(Squares.Job(4), Squares.Pool(Squares.Honest(2)), hanging))
        {
            await entered.Task;
        }

        await using VerifiedRun<long> run = executor.Start(Squares.Job(4), Squares.Pool(Squares.Honest(2)), new Squares.SpotCheck());
        JobReport report = await run.Completion.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        report.Outcome.Should().Be(JobOutcome.Completed);
    }

    [Fact]
    public async Task Start_ProgressThrows_JobGoesOn()
    {
        await using VerifiedRun<long> run = Executors.With().Start(Squares.Job(10), Squares.Pool(Squares.Honest(3)), new Squares.SpotCheck(), progress: new Throwing());

        (await run.Completion).Outcome.Should().Be(JobOutcome.Completed);
    }

    [Theory]
    [InlineData(double.NaN, 0.9)]
    [InlineData(-1, 0.9)]
    [InlineData(double.PositiveInfinity, 0.9)]
    [InlineData(0.1, 1)]
    [InlineData(0.1, double.NaN)]
    public void Start_VerifierWithImpossibleFigures_IsRefusedAtOnce(double share, double power)
    {
        Action start = () => Executors.With().Start(Squares.Job(1), Squares.Pool(Squares.Honest(1)), new Scripted { Share = share, Power = power });

        start.Should().Throw<ArgumentException>().WithMessage("*finite and 0 or more*").WithParameterName("verifier");
    }

    [Fact]
    public void Start_VerifierThatCanDoNothing_IsRefusedAtOnce()
    {
        Action start = () => Executors.With().Start(Squares.Job(1), Squares.Pool(Squares.Honest(1)), new Scripted { Checks = false });

        start.Should().Throw<ArgumentException>().WithParameterName("verifier");
    }

    private static async Task<JobReport> RunAsync(Scripted verifier, int units, int workers)
    {
        await using VerifiedRun<long> run = Executors.With().Start(Squares.Job(units), Squares.Pool(Squares.Honest(workers)), verifier);
        return await run.Completion;
    }

    private sealed class Throwing : IProgress<RunEvent>
    {
        public void Report(RunEvent value) => throw new InvalidOperationException("The observer is broken.");
    }

    private sealed class Scripted : IResultVerifier<int, long>
    {
        public Func<WorkUnit<int>, long, ValueTask<ResultCheck>>? Check { get; init; }

        public Func<long, string?>? Defect { get; init; }

        public Func<long, long, bool>? Agree { get; init; }

        public bool Checks { get; init; } = true;

        public bool Compares { get; init; }

        public double Share { get; init; } = 0.1;

        public double Power { get; init; } = 0.9;

        public bool CanCheck => Checks;

        public bool CanCompare => Compares;

        public double CheckWorkShare => Share;

        public double DetectionPower => Power;

        public string? FindDefect(WorkUnit<int> unit, long result) => Defect?.Invoke(result);

        public ValueTask<ResultCheck> CheckAsync(WorkUnit<int> unit, long result, ulong seed, CancellationToken cancellationToken) =>
            Check?.Invoke(unit, result) ?? new(new ResultCheck(result == Squares.Truth(unit.Payload) ? CheckVerdict.Passed : CheckVerdict.Failed, Power, 0.001, Share, "Looked."));

        public ValueTask<bool> AgreeAsync(WorkUnit<int> unit, long first, long second, CancellationToken cancellationToken) => new(Agree?.Invoke(first, second) ?? first == second);
    }
}
