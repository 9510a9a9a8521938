using Vouch.Core.Models;
using Vouch.Execution.Results;
using Vouch.Execution.Verification;
using Vouch.TrustEngine.Audit;

namespace Vouch.Execution.Tests;

public class HonestPoolTests
{
    [Fact]
    public async Task Start_HonestWorkersWithChecks_AcceptsEveryUnitOnceAndRight()
    {
        var executor = new VerifiedExecutor();

        await using VerifiedRun<long> run = executor.Start(Squares.Job(60), Squares.Pool(Squares.Honest(5)), new Squares.SpotCheck());
        List<VerifiedResult<long>> results = await Squares.AllAsync(run);
        JobReport report = await run.Completion;

        report.Outcome.Should().Be(JobOutcome.Completed, report.Summary);
        results.Select(result => result.UnitId).Should().OnlyHaveUniqueItems().And.HaveCount(60);
        results.Should().OnlyContain(result => Squares.IsRight(result));
        results.Should().OnlyContain(result => result.ErrorProbability <= 0.001 && result.Evidence.IsSufficient && result.ChecksPassed > 0);
        report.Unresolved.Should().BeEmpty();
        report.ExpectedErrorShare.Should().BeInRange(0, 0.001);
    }

    [Fact]
    public async Task Start_VerifierThatOnlyCompares_AcceptsOnAgreementOfIndependentWorkers()
    {
        var executor = new VerifiedExecutor();

        await using VerifiedRun<long> run = executor.Start(Squares.Job(30, errorBudget: 0.05), Squares.Pool(Squares.Honest(8)), new AgreementVerifier<int, long>());
        List<VerifiedResult<long>> results = await Squares.AllAsync(run);
        JobReport report = await run.Completion;

        report.Outcome.Should().Be(JobOutcome.Completed, report.Summary);
        results.Should().HaveCount(30).And.OnlyContain(result => Squares.IsRight(result));
        results[0].Supporters.Count.Should().BeGreaterThan(1, "nobody is trusted on the first unit");
        report.Cost.ReplicationFactor.Should().BeGreaterThan(1);
    }

    [Fact]
    public async Task Start_TrustGrows_LaterUnitsNeedFewerChecks()
    {
        var executor = new VerifiedExecutor();

        await using VerifiedRun<long> run = executor.Start(Squares.Job(200), Squares.Pool(Squares.Honest(4)), new Squares.SpotCheck());
        List<VerifiedResult<long>> results = await Squares.AllAsync(run);

        results.TakeLast(50).Average(result => result.ChecksPassed).Should().BeLessThan(results.Take(50).Average(result => result.ChecksPassed));
    }

    [Fact]
    public async Task Completion_EveryAcceptance_IsProvenInTheAuditLog()
    {
        var executor = new VerifiedExecutor();

        await using VerifiedRun<long> run = executor.Start(Squares.Job(20), Squares.Pool(Squares.Honest(3)), new Squares.SpotCheck());
        List<VerifiedResult<long>> results = await Squares.AllAsync(run);
        JobReport report = await run.Completion;

        results.Select(result => result.LogIndex).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        results.Should().OnlyContain(result => result.InclusionProof.LeafIndex == result.LogIndex && result.InclusionProof.TreeSize == result.LogHead.Size);
        report.LogHead.Size.Should().BeGreaterThan(results[^1].LogIndex);
        report.Policy.Value.Should().StartWith("sha256:");
    }

    [Fact]
    public async Task Start_SameSeedOnDifferentThreadCounts_MakesTheSameDecisions()
    {
        static async Task<List<string>> RunAsync(int concurrentChecks, bool isSlow)
        {
            var events = new RecordingProgress();
            var executor = new VerifiedExecutor(new ExecutionOptions { MaxConcurrentChecks = concurrentChecks });
            Testing.WorkerBehavior<int, long> liar = Testing.WorkerBehavior<int, long>.Lie(static n => n + 1).WithProbability(0.3);
            Testing.WorkerBehavior<int, long> yielding = Testing.WorkerBehavior<int, long>.Custom(async (call, _) =>
            {
                // Let the thread pool shuffle who is done first.
                for (int i = 0; isSlow && i < call.Unit % 7; i++)
                {
                    await Task.Yield();
                }

                return call.AnswerHonestly();
            });
            await using VerifiedRun<long> run = executor.Start(
                Squares.Job(80, seed: 7),
                Squares.Pool(Squares.Worker("a", yielding), Squares.Worker("b", liar), Squares.Worker("c", yielding), Squares.Worker("d", liar), Squares.Worker("e", yielding)),
                new Squares.SpotCheck(),
                progress: events);
            await run.Completion;
            return [.. events.Events.Select(static happened => $"{happened.Sequence} {happened.Kind} {happened.UnitId} {happened.Worker} {happened.ErrorProbability}")];
        }

        List<string> first = await RunAsync(1, isSlow: false);
        List<string> second = await RunAsync(16, isSlow: true);

        second.Should().Equal(first);
        first.Should().HaveCountGreaterThan(300);
    }

    [Fact]
    public async Task Start_WithoutSeed_ChecksWhereNobodyCouldForesee()
    {
        static async Task<List<string?>> RunAsync()
        {
            var events = new RecordingProgress();
            await using VerifiedRun<long> run = new VerifiedExecutor().Start(Squares.Job(40, seed: null), Squares.Pool(Squares.Honest(6)), new Squares.SpotCheck(), progress: events);
            await run.Completion;
            return [.. events.Events.Where(static happened => happened.Kind == Progress.RunEventKind.Dispatched).Select(static happened => happened.Worker?.Value)];
        }

        (await RunAsync()).Should().NotEqual(await RunAsync());
    }

    internal sealed class RecordingProgress : IProgress<Progress.RunEvent>
    {
        public List<Progress.RunEvent> Events { get; } = [];

        public void Report(Progress.RunEvent value) => Events.Add(value);
    }
}
