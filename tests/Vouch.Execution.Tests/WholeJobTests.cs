using System.Text.Json;
using Vouch.Core.Models;
using Vouch.Execution.Jobs;
using Vouch.Execution.Journal;
using Vouch.Execution.Results;
using Vouch.Execution.Verification;
using Vouch.TrustEngine.Audit;
using Vouch.TrustEngine.Replication;
using Behavior = Vouch.Testing.WorkerBehavior<int, long>;

namespace Vouch.Execution.Tests;

/// <summary>The promise about the whole job: few checks, drawn by a lot that was committed to, and no more wrong results than promised.</summary>
public class WholeJobTests
{
    [Fact]
    public async Task Start_NobodyCheats_ChecksAFewPercentOfTheResults()
    {
        var verifier = new Squares.SpotCheck(power: 0.95, falseAlarmRate: 1e-9, workShare: 1);
        await using VerifiedRun<long> run = Executors.With().Start(Job(4000, 0.01), Squares.Pool(Squares.Honest(6)), verifier);

        List<VerifiedResult<long>> results = await Squares.AllAsync(run);
        JobReport report = await run.Completion;

        // 6 probations of 10; after that 3 / (0.01 * 0.95) = 316 with a standard deviation of 17; somewhat more while checks are under way.
        verifier.Checks.Should().BeInRange(250, 600);
        report.Cost.ReplicationFactor.Should().BeLessThan(1.15);
        report.Outcome.Should().Be(JobOutcome.Completed);
        report.Summary.Should().Contain("in expectation");
        report.Evidence.IsSufficient.Should().BeTrue();
        report.Evidence.Reasons[0].Should().Contain("by lot without a look");
        report.Doubtful.Should().BeEmpty();
        results.Should().HaveCount(4000).And.OnlyContain(result => Squares.IsRight(result) && result.ErrorProbability <= 0.01 && result.Evidence.Reasons.Count > 0);
    }

    // Two of six turn when they are trusted: one with every result, one with a tenth. 40 jobs of 500 units, of which 10 wrong ones are promised at most on average.
    [Fact]
    public async Task Accepted_SleepersTurn_AreWrongNoMoreOftenThanPromised()
    {
        const int Jobs = 40, Units = 500;
        const double Budget = 0.02;
        var wrong = new double[Jobs];
        for (int job = 0; job < Jobs; job++)
        {
            await using VerifiedRun<long> run = Executors.With().Start(
                Job(Units, Budget, (ulong)job),
                Squares.Pool([
                    .. Squares.Honest(4),
                    Squares.Worker("sleeper0", Behavior.Lie(static n => n + 1).After(15)),
                    Squares.Worker("sleeper1", Behavior.Lie(static n => n + 2).WithProbability(0.1).After(15)),
                ]),
                new Squares.SpotCheck(power: 0.95, falseAlarmRate: 1e-4, workShare: 1));
            List<VerifiedResult<long>> results = await Squares.AllAsync(run);
            JobReport report = await run.Completion;

            WorkUnitId[] wrongUnits = [.. results.Where(static result => !Squares.IsRight(result)).Select(static result => result.UnitId)];
            wrong[job] = wrongUnits.Length;
            results.Should().HaveCount(Units);
            if (report.Workers.Any(static worker => worker.Worker.Value == "sleeper0" && worker.SuspendedBecause is not null))
            {
                WorkUnitId[] ofTheCaught = [.. results.Where(static result => !Squares.IsRight(result) && result.ChecksPassed == 0 && result.Worker.Value == "sleeper0").Select(static result => result.UnitId)];
                ofTheCaught.Should().BeSubsetOf(report.Doubtful, "what a caught worker handed in unverified is named");
            }
        }

        double mean = wrong.Average();
        double error = Math.Sqrt(wrong.Sum(value => Math.Pow(value - mean, 2)) / (Jobs - 1) / Jobs);
        mean.Should().BeGreaterThan(0, "the sleepers must have had a chance");
        (mean - (3 * error)).Should().BeLessThanOrEqualTo(Budget * Units);
    }

    [Fact]
    public async Task Journal_OfALot_HoldsTheCommitmentFirstAndTheSeedLast()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            await using VerifiedRun<long> run = Executors.With(new ExecutionOptions { JournalFolder = folder.FullName })
                .Start(new VerifiedJob<int>("lot", Squares.Units(60)) { ErrorBudget = 0.05, Promise = ErrorPromise.WholeJob }, Squares.Pool(Squares.Honest(3)), new Squares.SpotCheck(), new JsonResultCodec<long>((System.Text.Json.Serialization.Metadata.JsonTypeInfo<long>)JsonSerializerOptions.Default.GetTypeInfo(typeof(long))));
            await Squares.AllAsync(run);
            await run.Completion;

            using AuditLog log = AuditLog.Open(Directory.GetFiles(folder.FullName, "audit.log", SearchOption.AllDirectories).Single());
            JsonElement[] entries = [.. Enumerable.Range(0, (int)log.Head.Size).Select(index => JsonDocument.Parse(log.ReadEntry(index)).RootElement)];
            string[] kinds = [.. entries.Select(static entry => entry.GetProperty("kind").GetString()!)];

            kinds.Take(2).Should().Equal("job", "committed");
            kinds.TakeLast(2).Should().Equal("revealed", "ended");
            SpotCheckLottery.Matches(
                Convert.FromHexString(entries[1].GetProperty("reason").GetString()!), Convert.FromHexString(entries[^2].GetProperty("reason").GetString()!)).Should().BeTrue();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Start_SameSeed_SameDecisions()
    {
        List<string>[] runs = new List<string>[2];
        for (int i = 0; i < 2; i++)
        {
            await using VerifiedRun<long> run = Executors.With().Start(
                Job(200, 0.05), Squares.Pool([.. Squares.Honest(3), Squares.Worker("liar", Behavior.Lie(static n => n + 1).After(12))]), new Squares.SpotCheck());
            runs[i] = [.. (await Squares.AllAsync(run)).Select(static result => $"{result.UnitId} {result.Worker} {result.ChecksPassed}")];
        }

        runs[1].Should().Equal(runs[0]);
    }

    [Fact]
    public void Start_WithoutChecks_Throws()
    {
        Action act = () => Executors.With().Start(Job(2, 0.1), Squares.Pool(Squares.Honest(3)), new AgreementVerifier<int, long>());

        act.Should().Throw<ArgumentException>().WithMessage("*needs checks*");
    }

    [Fact]
    public async Task Report_ChecksTooWeakForThePromise_IsInsufficientEvidence()
    {
        await using VerifiedRun<long> run = Executors.With().Start(Job(5, 1e-6), Squares.Pool(Squares.Honest(3)), new Squares.SpotCheck(power: 0.3));
        await Squares.AllAsync(run);

        JobReport report = await run.Completion;

        report.Evidence.IsSufficient.Should().BeFalse();
        report.Evidence.Reasons.Should().Contain(static reason => reason.StartsWith("Insufficient evidence", StringComparison.Ordinal));
    }

    private static VerifiedJob<int> Job(int units, double budget, ulong seed = 1) =>
        new("squares", Squares.Units(units)) { Seed = seed, ErrorBudget = budget, Promise = ErrorPromise.WholeJob };
}
