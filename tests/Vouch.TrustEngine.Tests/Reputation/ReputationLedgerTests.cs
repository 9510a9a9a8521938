using System.Text.Json;
using FluentAssertions.Execution;
using Microsoft.Extensions.Options;
using Vouch.Core.Models;
using Vouch.TestData;
using Vouch.TrustEngine.Reputation;

namespace Vouch.TrustEngine.Tests.Reputation;

public sealed class ReputationLedgerTests
{
    private static readonly WorkerId Ann = new("ann");
    private static readonly WorkerId Bob = new("bob");

    [Fact]
    public void Get_Newcomer_HasThePrior()
    {
        ReputationSnapshot newcomer = new ReputationLedger().Get(Ann);

        newcomer.ErrorMean.Should().BeApproximately(1.0 / 3, 1e-15);

        // Beta(1, 2): P(p <= x) = 1 - (1 - x)^2, so the 95 % quantile is 1 - sqrt(0.05).
        newcomer.ErrorUpper.Should().BeApproximately(1 - Math.Sqrt(0.05), 1e-9);
        newcomer.IsSuspended.Should().BeFalse();
        (newcomer.Passed + newcomer.Failed).Should().Be(0);
    }

    // Beta reputation (r + 1) / (r + s + 2) of the published vectors, with a prior of one each and nothing forgotten.
    [Fact]
    public void Get_PublishedVectors_MeanIsTheBetaReputation()
    {
        using JsonDocument vectors = Vectors();
        foreach (JsonElement vector in vectors.RootElement.GetProperty("beta").EnumerateArray())
        {
            int positive = vector.GetProperty("positive").GetInt32();
            int negative = vector.GetProperty("negative").GetInt32();
            var ledger = new ReputationLedger(new ReputationOptions { PriorCorrect = 1, PriorWrong = 1, Forgetting = 1, ToleratedErrorRate = 0.5 });

            RecordMany(ledger, Ann, positive, negative);

            ReputationSnapshot snapshot = ledger.Get(Ann);
            snapshot.Mean.Should().BeApproximately(vector.GetProperty("expected_beta").GetDouble(), 1e-12);
            (snapshot.Passed, snapshot.Failed).Should().Be((positive, negative));
        }
    }

    // lambda = 0.98 over ten further observations, as in the published vectors.
    [Fact]
    public void Record_Forgetting_FadesByTheFactorPerObservation()
    {
        using JsonDocument vectors = Vectors();
        foreach (JsonElement vector in vectors.RootElement.GetProperty("beta").EnumerateArray())
        {
            var ledger = new ReputationLedger(new ReputationOptions { Forgetting = 0.98 });
            double positive = vector.GetProperty("positive").GetDouble();
            ledger.Import([new ReputationSnapshot { WorkerId = Ann, Correct = positive, Wrong = vector.GetProperty("negative").GetDouble() }]);

            for (int i = 0; i < 10; i++)
            {
                ledger.Record(Ann, correct: true);
            }

            JsonElement faded = vector.GetProperty("lambda_098_after_10_idle");
            double newer = Enumerable.Range(0, 10).Sum(i => Math.Pow(0.98, i));
            ledger.Get(Ann).Wrong.Should().BeApproximately(faded.GetProperty("negative").GetDouble(), 1e-9);
            ledger.Get(Ann).Correct.Should().BeApproximately(faded.GetProperty("positive").GetDouble() + newer, 1e-9);
        }
    }

    [Fact]
    public void Record_LongGoodRecord_TrustStaysBoundedByWhatIsRemembered()
    {
        var ledger = new ReputationLedger();

        RecordMany(ledger, Ann, 100_000, 0);

        // 200 remembered observations: 1 / (1 + 2 + 200).
        ledger.Get(Ann).ErrorMean.Should().BeApproximately(1.0 / 203, 1e-9);
    }

    [Fact]
    public void Record_HonestWithOneFalseAlarm_IsNotSuspended()
    {
        for (int at = 0; at < 30; at++)
        {
            var ledger = new ReputationLedger();
            for (int i = 0; i < 30; i++)
            {
                ledger.Record(Ann, correct: i != at);
            }

            ledger.IsSuspended(Ann).Should().BeFalse();
        }
    }

    [Fact]
    public void Record_CheatsOnEveryTenth_IsSuspendedOnProofWithAReason()
    {
        var ledger = new ReputationLedger();
        int records = 0;
        while (!ledger.Record(Ann, correct: ++records % 10 != 0))
        {
            records.Should().BeLessThan(60);
        }

        using var scope = new AssertionScope();
        records.Should().BeLessThanOrEqualTo(50);
        ledger.IsSuspended(Ann).Should().BeTrue();
        ledger.Get(Ann).SuspensionReason.Should().Contain("of").And.Contain("0.005").And.Contain("99.9 %");
    }

    [Fact]
    public void Record_AlwaysWrong_IsSuspendedAtTheSecondFailure()
    {
        var ledger = new ReputationLedger();

        ledger.Record(Ann, correct: false).Should().BeFalse();
        ledger.Record(Ann, correct: false).Should().BeTrue();
        ledger.Record(Ann, correct: false).Should().BeFalse("it was suspended before");
    }

    // The promise: an honest worker whose rate is exactly the tolerated one is ever suspended with a chance of at most 1 - confidence.
    [Fact]
    public void Record_AtTheToleratedRateLookedAtAlways_FalseSuspensionsStayWithinAlpha()
    {
        const int Workers = 4000;
        var random = new Random(20_260_101);
        var ledger = new ReputationLedger(new ReputationOptions { ToleratedErrorRate = 0.02, SuspicionConfidence = 0.95, MinFailures = 1 });
        int suspended = 0;
        for (int worker = 0; worker < Workers; worker++)
        {
            var id = new WorkerId($"w{worker}");
            bool caught = false;
            for (int i = 0; i < 500 && !caught; i++)
            {
                caught = ledger.Record(id, correct: random.NextDouble() >= 0.02);
            }

            suspended += caught ? 1 : 0;
        }

        // 200 expected at most; 5 standard deviations are 69.
        suspended.Should().BeLessThan(200 + 69).And.BeGreaterThan(5, "the test must be able to suspend at all");
    }

    [Fact]
    public void LogEvidence_SmallCounts_EqualsTheIntegral()
    {
        foreach ((int failed, int passed) in new[] { (0, 0), (1, 0), (2, 5), (3, 30), (0, 40) })
        {
            double sum = 0;
            const int Steps = 200_000;
            for (int i = 0; i < Steps; i++)
            {
                double rate = 0.02 + ((i + 0.5) * 0.98 / Steps);
                sum += Math.Pow(rate / 0.02, failed) * Math.Pow((1 - rate) / 0.98, passed) / Steps;
            }

            FailureRateTest.LogEvidence(failed, passed, 0.02).Should().BeApproximately(Math.Log(sum), 1e-6);
        }
    }

    [Fact]
    public void Suspend_Reinstate_KeepsTheFirstReasonAndTheRecord()
    {
        var ledger = new ReputationLedger();

        ledger.Suspend(Ann, "sent a stale tile").Should().BeTrue();
        ledger.Suspend(Ann, "again").Should().BeFalse();
        ledger.Get(Ann).SuspensionReason.Should().Be("sent a stale tile");
        ledger.Reinstate(Ann).Should().BeTrue();
        ledger.Reinstate(Ann).Should().BeFalse();
        ledger.Reinstate(Bob).Should().BeFalse();
        ledger.IsSuspended(Ann).Should().BeFalse();
    }

    [Fact]
    public void ExportImport_RoundTrip_SameReputations()
    {
        var ledger = new ReputationLedger();
        RecordMany(ledger, Bob, 20, 1);
        ledger.Record(Ann, correct: true, weight: 0.25);
        ledger.Suspend(Ann, "for a test");
        var copy = new ReputationLedger();

        copy.Import(ledger.Export());

        copy.Export().Should().Equal(ledger.Export());
        copy.Workers.Should().Equal(Ann, Bob);
    }

    [Fact]
    public void Import_AnyBadSnapshot_TakesNone()
    {
        var ledger = new ReputationLedger();
        ReputationSnapshot good = new() { WorkerId = Ann, Correct = 5, Passed = 5, PassedWeight = 5 };
        Action[] acts =
        [
            () => ledger.Import([good, good]),
            () => ledger.Import([good, new ReputationSnapshot { WorkerId = Bob, Wrong = double.NaN }]),
            () => ledger.Import([good, new ReputationSnapshot { WorkerId = default }]),
            () => ledger.Import([good, null!]),
        ];

        acts.Should().AllSatisfy(act => act.Should().Throw<ArgumentException>());
        ledger.Workers.Should().BeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Record_WeightOutOfRange_Throws(double weight)
    {
        Action act = () => new ReputationLedger().Record(Ann, correct: true, weight);

        act.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Members_DefaultWorker_Throw()
    {
        var ledger = new ReputationLedger();
        Action[] acts = [() => ledger.Record(default, correct: true), () => ledger.Get(default), () => ledger.IsSuspended(default), () => ledger.Suspend(default, "x")];

        acts.Should().AllSatisfy(act => act.Should().Throw<ArgumentException>());
    }

    [Fact]
    public void Constructor_PriorBelowTolerance_SaysWhatToChange()
    {
        Action act = () => _ = new ReputationLedger(new ReputationOptions { PriorCorrect = 1000, PriorWrong = 0.01, ToleratedErrorRate = 0.1 });

        act.Should().Throw<OptionsValidationException>().WithMessage("*raise PriorWrong or lower PriorCorrect*");
    }

    [Fact]
    public async Task Record_FromManyThreads_LosesNothing()
    {
        var ledger = new ReputationLedger(new ReputationOptions { Forgetting = 1 });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => RecordMany(ledger, Ann, 5000, 0))));

        ledger.Get(Ann).Passed.Should().Be(40_000);
        ledger.Get(Ann).Correct.Should().Be(40_000);
    }

    internal static JsonDocument Vectors() => JsonDocument.Parse(File.ReadAllText(SharedData.Require("trust/reputation/vectors.json")));

    private static void RecordMany(ReputationLedger ledger, WorkerId worker, int right, int wrong)
    {
        for (int i = 0; i < right; i++)
        {
            ledger.Record(worker, correct: true);
        }

        for (int i = 0; i < wrong; i++)
        {
            ledger.Record(worker, correct: false);
        }
    }
}
