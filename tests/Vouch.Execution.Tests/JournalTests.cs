using System.Buffers;
using System.Buffers.Binary;
using Vouch.Core.Exceptions;
using Vouch.Economy.Pricing;
using Vouch.Execution.Jobs;
using Vouch.Execution.Journal;
using Vouch.Execution.Results;
using Vouch.Execution.Verification;
using Vouch.Testing;
using Vouch.TrustEngine.Audit;

namespace Vouch.Execution.Tests;

public sealed class JournalTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "vouch-journal-" + Guid.NewGuid().ToString("N"));

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public async Task Start_AgainInANewExecutor_RestoresResultsReputationsAndCosts()
    {
        FakeWorker<int, long> liar = Squares.Worker("liar", WorkerBehavior<int, long>.Lie(static n => n + 1));
        VerifiedExecutor before = Executor();
        (List<VerifiedResult<long>> firstResults, JobReport first) = await RunAsync(before, [.. Squares.Honest(3), liar]);

        FakeWorker<int, long>[] again = [.. Squares.Honest(3), Squares.Worker("liar")];
        VerifiedExecutor after = Executor();
        (List<VerifiedResult<long>> secondResults, JobReport second) = await RunAsync(after, again);

        second.Outcome.Should().Be(JobOutcome.Completed, second.Summary);
        second.Restored.Should().Be(40);
        again.Sum(static worker => worker.CallCount).Should().Be(0, "nothing is done again");
        secondResults.Should().OnlyContain(result => result.IsRestored && Squares.IsRight(result));
        secondResults.Select(static result => (result.UnitId, result.Worker, result.LogIndex)).Should().Equal(firstResults.Select(static result => (result.UnitId, result.Worker, result.LogIndex)));
        second.Cost.Total.Should().BeApproximately(first.Cost.Total, 1e-9, "what was spent is not forgotten");
        after.Reputation.IsSuspended(liar.Id).Should().BeTrue();
        after.Reputation.Export().Should().Equal(before.Reputation.Export());
    }

    [Fact]
    public async Task Start_AgainWithAHigherCap_CompletesWithoutDoingAnythingTwice()
    {
        FakeWorker<int, long>[] workers = [.. Squares.Honest(3)];
        (_, JobReport poor) = await RunAsync(Executor(), workers, Job(cap: 15));
        poor.Outcome.Should().Be(JobOutcome.CostCapReached);
        poor.Accepted.Should().BeInRange(1, 39);

        FakeWorker<int, long>[] fresh = [.. Squares.Honest(3)];
        (List<VerifiedResult<long>> results, JobReport rich) = await RunAsync(Executor(), fresh, Job(cap: 100));

        rich.Outcome.Should().Be(JobOutcome.Completed, rich.Summary);
        rich.Restored.Should().Be(poor.Accepted);
        results.Select(static result => result.UnitId).Should().OnlyHaveUniqueItems().And.HaveCount(40);
        HashSet<string> restored = [.. results.Where(static result => result.IsRestored).Select(static result => result.UnitId.Value)];
        fresh.SelectMany(static worker => worker.Calls).Should().NotContain(call => restored.Contains($"n{call.Unit}"));
        rich.Cost.Total.Should().BeLessThanOrEqualTo(100).And.BeGreaterThan(poor.Cost.Total);
    }

    [Fact]
    public async Task Start_CapSpentByEarlierRuns_SpendsNothingMore()
    {
        (_, JobReport poor) = await RunAsync(Executor(), [.. Squares.Honest(3)], Job(cap: 15));
        for (int i = 0; i < 3; i++)
        {
            FakeWorker<int, long>[] workers = [.. Squares.Honest(3)];
            (_, JobReport again) = await RunAsync(Executor(), workers, Job(cap: 15));

            again.Outcome.Should().Be(JobOutcome.CostCapReached);
            again.Cost.Total.Should().BeInRange(poor.Cost.Total - 1e-9, 15);
        }
    }

    [Fact]
    public async Task Start_FinishedJobLongAfterItsCurve_ReadsItBack()
    {
        DateTimeOffset start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
        var prices = new PriceCurve(start, TimeSpan.FromHours(1), [.. Enumerable.Repeat(1.0, 60)]);
        var job = new VerifiedJob<int>("old", Squares.Units(40)) { Seed = 1, Prices = prices, Deadline = start + TimeSpan.FromHours(50) };
        var options = new ExecutionOptions { JournalFolder = _folder };
        (_, JobReport first) = await RunAsync(Executors.With(options, time: new ManualTimeProvider(start)), [.. Squares.Honest(3)], job);
        first.Outcome.Should().Be(JobOutcome.Completed, first.Summary);

        (List<VerifiedResult<long>> results, JobReport report) = await RunAsync(Executors.With(options, time: new ManualTimeProvider(start + TimeSpan.FromDays(30))), [.. Squares.Honest(3)], job);

        report.Outcome.Should().Be(JobOutcome.Completed);
        results.Should().HaveCount(40);
        report.Schedule.Should().BeNull("there was nothing left to plan");
    }

    [Fact]
    public async Task Start_OtherPolicy_IsRefusedAndTheJournalIsLeftAlone()
    {
        await RunAsync(Executor(), [.. Squares.Honest(3)]);
        byte[] before = await File.ReadAllBytesAsync(FileNamed("audit.log"), TestContext.Current.CancellationToken);

        Func<Task> run = () => RunAsync(Executor(), [.. Squares.Honest(3)], new VerifiedJob<int>("journalled", Squares.Units(40)) { Seed = 1, ErrorBudget = 0.02 });

        PolicyMismatchException thrown = (await run.Should().ThrowAsync<PolicyMismatchException>()).Which;
        thrown.ExpectedDigest.Should().StartWith("sha256:").And.NotBe(thrown.ActualDigest);
        (await File.ReadAllBytesAsync(FileNamed("audit.log"), TestContext.Current.CancellationToken)).Should().Equal(before);
    }

    [Fact]
    public async Task Start_OtherPolicyWithStartAnew_PutsTheOldJournalAside()
    {
        await RunAsync(Executor(), [.. Squares.Honest(3)]);
        VerifiedExecutor executor = Executors.With(new ExecutionOptions { JournalFolder = _folder, OnJournalMismatch = JournalMismatch.StartAnew });

        (_, JobReport report) = await RunAsync(executor, [.. Squares.Honest(3)], new VerifiedJob<int>("journalled", Squares.Units(40)) { Seed = 1, ErrorBudget = 0.02 });

        report.Outcome.Should().Be(JobOutcome.Completed);
        report.Restored.Should().Be(0);
        Directory.GetDirectories(_folder).Should().HaveCount(2).And.ContainSingle(folder => folder.EndsWith(".old", StringComparison.Ordinal));
        AuditLog.Verify(Path.Combine(Directory.GetDirectories(_folder).Single(folder => folder.EndsWith(".old", StringComparison.Ordinal)), "audit.log")).IsIntact.Should().BeTrue();
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public async Task Start_ResultFileCutShort_IsRefused(double share)
    {
        await RunAsync(Executor(), [.. Squares.Honest(3)]);
        using (FileStream file = File.OpenWrite(FileNamed("results.bin")))
        {
            file.SetLength((long)(file.Length * share));
        }

        List<VerifiedResult<long>> served = await RefusedAsync<InputValidationException>();

        served.Should().NotContain(result => !Squares.IsRight(result));
    }

    [Fact]
    public async Task Start_ResultFileGone_IsRefused()
    {
        await RunAsync(Executor(), [.. Squares.Honest(3)]);
        File.Delete(FileNamed("results.bin"));

        (await RefusedAsync<InputValidationException>()).Should().BeEmpty();
    }

    [Fact]
    public async Task Start_ByteFlippedInTheResults_IsRefusedAndNothingWrongIsServed()
    {
        await RunAsync(Executor(), [.. Squares.Honest(3)]);
        byte[] intact = await File.ReadAllBytesAsync(FileNamed("results.bin"), TestContext.Current.CancellationToken);
        for (int i = 0; i < intact.Length; i += 23)
        {
            byte[] damaged = [.. intact];
            damaged[i] ^= 0x10;
            await File.WriteAllBytesAsync(FileNamed("results.bin"), damaged, TestContext.Current.CancellationToken);

            List<VerifiedResult<long>> served = await RefusedAsync<InputValidationException>();

            served.Should().NotContain(result => !Squares.IsRight(result));
        }
    }

    [Fact]
    public async Task Start_ByteFlippedInTheLog_IsRefusedAndNothingIsServed()
    {
        await RunAsync(Executor(), [.. Squares.Honest(3)]);
        byte[] intact = await File.ReadAllBytesAsync(FileNamed("audit.log"), TestContext.Current.CancellationToken);

        // The last record apart: damage there cannot be told from a write that was interrupted.
        for (int i = 0; i < intact.Length - 400; i += intact.Length / 25)
        {
            byte[] damaged = [.. intact];
            damaged[i] ^= 0x04;
            await File.WriteAllBytesAsync(FileNamed("audit.log"), damaged, TestContext.Current.CancellationToken);

            (await RefusedAsync<AuditLogCorruptionException>()).Should().BeEmpty("byte {0}", i);
        }
    }

    [Fact]
    public void Start_JournalWithoutCodec_IsRefusedAtOnce()
    {
        Action start = () => Executor().Start(Job(), Squares.Pool(Squares.Honest(1)), new Squares.SpotCheck());

        start.Should().Throw<ArgumentException>().WithParameterName("codec").WithMessage("*JournalFolder*");
    }

    [Fact]
    public async Task Start_JournalOpenElsewhere_IsRefused()
    {
        VerifiedRun<long> first = Executor().Start(Job(), Squares.Pool(Squares.Worker("a", WorkerBehavior<int, long>.Hang())), new Squares.SpotCheck(), new Codec());
        while (!Directory.Exists(_folder) || Directory.GetFiles(_folder, "results.bin", SearchOption.AllDirectories).Length == 0)
        {
            await Task.Yield();
        }

        Func<Task> second = () => RunAsync(Executor(), [.. Squares.Honest(3)]);
        await second.Should().ThrowAsync<IOException>();
        await first.DisposeAsync();

        (_, JobReport report) = await RunAsync(Executor(), [.. Squares.Honest(3)]);
        report.Outcome.Should().Be(JobOutcome.Completed);
    }

    [Fact]
    public async Task Start_CodecThatFailsAtAValue_RejectsThatValueAndGoesOn()
    {
        // As JSON fails at what is not a number: a worker that sends it must not end the job.
        WorkerBehavior<int, long> poison = WorkerBehavior<int, long>.Lie(static _ => long.MaxValue);
        await using VerifiedRun<long> run = Executor().Start(
            new VerifiedJob<int>("poison", Squares.Units(20)) { Seed = 1, ErrorBudget = 0.4 },
            Squares.Pool([.. Squares.Honest(4), Squares.Worker("p1", poison)]),
            new AgreementVerifier<int, long>(),
            new Codec());

        List<VerifiedResult<long>> results = await Squares.AllAsync(run);
        JobReport report = await run.Completion;

        results.Should().NotBeEmpty().And.NotContain(result => result.Value == long.MaxValue);
        (report.Accepted + report.Unresolved.Count).Should().Be(20);
    }

    private static VerifiedJob<int> Job(double cap = double.PositiveInfinity) => new("journalled", Squares.Units(40)) { Seed = 1, ErrorBudget = 0.01, CostCap = cap };

    private static async Task<(List<VerifiedResult<long>> Results, JobReport Report)> RunAsync(VerifiedExecutor executor, IEnumerable<FakeWorker<int, long>> workers, VerifiedJob<int>? job = null)
    {
        await using VerifiedRun<long> run = executor.Start(job ?? Job(), Squares.Pool(workers), new Squares.SpotCheck(), new Codec());
        List<VerifiedResult<long>> results = await Squares.AllAsync(run);
        return (results, await run.Completion);
    }

    private VerifiedExecutor Executor() => Executors.With(new ExecutionOptions { JournalFolder = _folder });

    private string FileNamed(string name) => Directory.GetFiles(_folder, name, SearchOption.AllDirectories).Single();

    /// <summary>Starts the job over the damaged journal; returns what it served before it refused.</summary>
    private async Task<List<VerifiedResult<long>>> RefusedAsync<TException>()
        where TException : Exception
    {
        FakeWorker<int, long>[] workers = [.. Squares.Honest(3)];
        await using VerifiedRun<long> run = Executor().Start(Job(), Squares.Pool(workers), new Squares.SpotCheck(), new Codec());
        var served = new List<VerifiedResult<long>>();
        Func<Task> reading = async () =>
        {
            await foreach (VerifiedResult<long> result in run.Results)
            {
                served.Add(result);
            }
        };

        await reading.Should().ThrowAsync<TException>();
        Func<Task> completion = () => run.Completion;
        await completion.Should().ThrowAsync<TException>();
        workers.Sum(static worker => worker.CallCount).Should().Be(0);
        return served;
    }

    private sealed class Codec : IResultCodec<long>
    {
        public void Write(long result, IBufferWriter<byte> output)
        {
            if (result == long.MaxValue)
            {
                throw new ArgumentException("This value cannot be written.");
            }

            BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(8), result);
            output.Advance(8);
        }

        public long Read(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadInt64LittleEndian(data);
    }
}
