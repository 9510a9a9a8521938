using Vouch.Execution.Jobs;
using Vouch.Execution.Results;
using Vouch.Testing;

namespace Vouch.Execution.Tests;

public class CostTests
{
    [Fact]
    public async Task Completion_HonestAndLying_CostsAddUpToTheAnswersAndChecks()
    {
        FakeWorker<int, long>[] workers = [.. Squares.Honest(4), Squares.Worker("liar", WorkerBehavior<int, long>.Lie(static n => n + 1).WithProbability(0.3))];
        var verifier = new Squares.SpotCheck(canCompare: true);

        await using VerifiedRun<long> run = Executors.With().Start(Squares.Job(80), Squares.Pool(workers), verifier);
        JobReport report = await run.Completion;

        AddUp(report, workers);
        report.Cost.Checks.Should().BeApproximately(verifier.Checks * 0.1, 1e-9);
        report.Cost.Accepted.Should().BeApproximately(80, 1e-9);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(37.3)]
    public async Task Completion_CostCapReached_StopsBelowItAndKeepsWhatIsAccepted(double cap)
    {
        FakeWorker<int, long>[] workers = [.. Squares.Honest(8)];

        await using VerifiedRun<long> run = Executors.With().Start(Capped(cap), Squares.Pool(workers), new Squares.SpotCheck(canCompare: true));
        List<VerifiedResult<long>> results = await Squares.AllAsync(run);
        JobReport report = await run.Completion;

        report.Outcome.Should().Be(JobOutcome.CostCapReached);
        report.Summary.Should().Contain("cost cap").And.Contain("raise the cap");
        report.Cost.Total.Should().BeLessThanOrEqualTo(cap).And.BeGreaterThan(cap - 1.001, "the cap is there to be used");
        report.Accepted.Should().Be(results.Count);
        results.Should().NotContain(result => !Squares.IsRight(result));
        (report.Accepted + report.Unresolved.Count).Should().Be(60);
        AddUp(report, workers);
    }

    [Fact]
    public async Task Completion_CapThatIsJustEnough_Completes()
    {
        // What one run without a cap costs, the next may spend to the last cent, though more is set aside on the way.
        await using VerifiedRun<long> free = Executors.With().Start(Capped(double.PositiveInfinity), Squares.Pool(Squares.Honest(5)), new Squares.SpotCheck());
        double cost = (await free.Completion).Cost.Total;

        await using VerifiedRun<long> run = Executors.With().Start(Capped(cost + 1e-9), Squares.Pool([.. Squares.Honest(5)]), new Squares.SpotCheck());
        JobReport report = await run.Completion;

        report.Cost.Total.Should().BeLessThanOrEqualTo(cost + 1e-9);
        (report.Accepted >= 58).Should().BeTrue("the order of retirements may differ a little under the cap, {0} were accepted", report.Accepted);
    }

    [Fact]
    public async Task Completion_FailingWorkersSetMoneyAside_DoNotEndTheJobEarly()
    {
        FakeWorker<int, long>[] workers = [Squares.Worker("good"), Squares.Worker("bad1", WorkerBehavior<int, long>.Crash()), Squares.Worker("bad2", WorkerBehavior<int, long>.Crash())];
        var job = new VerifiedJob<int>("tight", Squares.Units(3)) { Seed = 1, ErrorBudget = 0.01, CostCap = 4.5 };

        await using VerifiedRun<long> run = Executors.With().Start(job, Squares.Pool(workers), new Squares.SpotCheck());
        JobReport report = await run.Completion;

        report.Outcome.Should().Be(JobOutcome.Completed, report.Summary);
    }

    /// <summary>Every answer is paid for, once, and nothing else is: each answer costs 1 here.</summary>
    internal static void AddUp(JobReport report, IEnumerable<FakeWorker<int, long>> workers)
    {
        int answers = workers.Sum(static worker => worker.Calls.Count(static call => call.Outcome == FakeCallOutcome.Answered));
        (report.Cost.Accepted + report.Cost.Replicas + report.Cost.Rejected).Should().BeApproximately(answers, 1e-6, report.Summary);
        report.Cost.Accepted.Should().BeApproximately(report.Accepted, 1e-6);
    }

    private static VerifiedJob<int> Capped(double cap) => new("capped", Squares.Units(60)) { Seed = 3, ErrorBudget = 0.02, CostCap = cap };
}
