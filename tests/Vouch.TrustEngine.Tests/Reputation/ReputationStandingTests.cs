using Vouch.Core.Models;
using Vouch.TrustEngine.Reputation;

namespace Vouch.TrustEngine.Tests.Reputation;

/// <summary>Turning, probation, owners and capabilities.</summary>
public sealed class ReputationStandingTests
{
    private static readonly WorkerId Ann = new("ann");
    private static readonly WorkerId Bob = new("bob");

    [Theory]
    [InlineData(20)]
    [InlineData(500)]
    [InlineData(20_000)]
    public void Record_TurnsAfterAnyNumberOfGoodResults_IsSuspendedWithinSixFailures(int good)
    {
        var ledger = new ReputationLedger();
        Pass(ledger, Ann, good);

        int failures = 1;
        while (!ledger.Record(Ann, correct: false))
        {
            failures++;
        }

        failures.Should().BeLessThanOrEqualTo(6);
        ledger.Get(Ann).SuspensionReason.Should().Contain($"turned after about {good} checks");
    }

    [Fact]
    public void Record_OnOff_IsSuspendedInTheFirstBadSpell()
    {
        var ledger = new ReputationLedger();
        int results = 0;
        while (!ledger.IsSuspended(Ann))
        {
            ledger.Record(Ann, correct: results / 50 % 2 == 0);
            results++;
        }

        results.Should().BeLessThanOrEqualTo(56);
    }

    [Fact]
    public void Import_ExportedHalfWayThroughTheTurn_GoesOnFromThere()
    {
        var ledger = new ReputationLedger();
        Pass(ledger, Ann, 1000);
        ledger.Record(Ann, correct: false);
        ledger.Record(Ann, correct: false);
        var other = new ReputationLedger();

        other.Import(ledger.Export());

        other.Get(Ann).Should().Be(ledger.Get(Ann));
        int failures = 2;
        while (!other.Record(Ann, correct: false))
        {
            failures++;
        }

        failures.Should().BeLessThanOrEqualTo(6);
    }

    [Fact]
    public void Weight_OnProbation_IsNothing_AndAFailureBringsItBack()
    {
        var ledger = new ReputationLedger();
        for (int i = 0; i < 10; i++)
        {
            ledger.Get(Ann).Should().Match<ReputationSnapshot>(static snapshot => snapshot.IsOnProbation && snapshot.Weight == 0);
            ledger.IsOnProbation(Ann).Should().BeTrue();
            ledger.Record(Ann, correct: true);
        }

        ReputationSnapshot standing = ledger.Get(Ann);
        standing.IsOnProbation.Should().BeFalse();
        standing.Weight.Should().BeApproximately(Opinion.FromEvidence(standing.Correct, 0).Belief, 1e-15);
        ledger.Record(Ann, correct: false);
        ledger.IsOnProbation(Ann).Should().BeTrue();
    }

    [Fact]
    public void Weigh_ManyIdentitiesOfOneOwner_WeighAsMuchAsOne()
    {
        var ledger = new ReputationLedger();
        WorkerId[] sybils = [.. Enumerable.Range(0, 50).Select(static i => new WorkerId($"sybil{i}"))];
        foreach (WorkerId sybil in sybils)
        {
            ledger.Enroll(sybil, "mallory");
            Pass(ledger, sybil, 20);
        }

        Pass(ledger, Ann, 20);

        IReadOnlyList<double> weights = ledger.Weigh([Ann, .. sybils, Bob]);

        weights.Skip(1).Take(50).Sum().Should().BeApproximately(weights[0], 1e-12);
        weights[^1].Should().Be(0, "nobody knows Bob");
    }

    [Fact]
    public void Suspend_OneOfAnOwners_PutsTheOthersOnProbation()
    {
        var ledger = new ReputationLedger();
        ledger.Enroll(Ann, "acme");
        ledger.Enroll(Bob, "acme");
        Pass(ledger, Ann, 20);
        Pass(ledger, Bob, 20);

        ledger.Suspend(Ann, "caught");

        (ledger.IsOnProbation(Bob), ledger.IsSuspended(Bob)).Should().Be((true, false));
        ledger.EntityOf(Bob).Should().Be("acme");
        ledger.Reinstate(Ann).Should().BeTrue();
        ledger.IsOnProbation(Ann).Should().BeTrue("it has to earn its standing again");
        ledger.Enroll(Bob, null);
        ledger.EntityOf(Bob).Should().BeNull();
    }

    [Fact]
    public void Suspend_ThreeOfAnOwners_SuspendsAllAndWhoeverItEnrolsNext()
    {
        var ledger = new ReputationLedger();
        WorkerId[] workers = [.. Enumerable.Range(0, 5).Select(static i => new WorkerId($"m{i}"))];
        foreach (WorkerId worker in workers[..4])
        {
            ledger.Enroll(worker, "mallory");
        }

        ledger.Suspend(workers[0], "caught");
        ledger.Suspend(workers[1], "caught");
        ledger.IsSuspended(workers[3]).Should().BeFalse();
        ledger.Suspend(workers[2], "caught");
        ledger.Enroll(workers[4], "mallory");
        ledger.Enroll(Ann, "acme");

        ledger.IsSuspended(workers[3]).Should().BeTrue();
        ledger.Get(workers[4]).SuspensionReason.Should().Contain("mallory");
        ledger.IsSuspended(Ann).Should().BeFalse();
    }

    // The mixture, integrated numerically: a point at the tolerated rate and an even spread over [0, 1], mixed so that a newcomer is wrong one time in three.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 0)]
    [InlineData(12, 0)]
    [InlineData(150, 0)]
    [InlineData(12, 1)]
    [InlineData(2, 5)]
    public void NextError_AnyRecord_EqualsTheIntegral(int right, int wrong)
    {
        var ledger = new ReputationLedger(new ReputationOptions { Forgetting = 1 });
        Pass(ledger, Ann, right);
        for (int i = 0; i < wrong; i++)
        {
            ledger.Record(Ann, correct: false);
        }

        const double Honest = 0.005;
        double cheats = ((1.0 / 3) - Honest) / (0.5 - Honest);
        double seen = 0, next = 0;
        const int Steps = 200_000;
        for (int i = 0; i < Steps; i++)
        {
            double rate = (i + 0.5) / Steps;
            double likelihood = Math.Pow(rate, wrong) * Math.Pow(1 - rate, right) / Steps;
            seen += likelihood;
            next += likelihood * rate;
        }

        double honest = Math.Pow(Honest, wrong) * Math.Pow(1 - Honest, right);
        double expected = ((cheats * next) + ((1 - cheats) * honest * Honest)) / ((cheats * seen) + ((1 - cheats) * honest));
        ledger.Get(Ann).NextError.Should().BeApproximately(expected, 1e-9);
    }

    [Fact]
    public void NextError_NewcomersTrustedByAnyPrior_IsTheirPriorError()
    {
        foreach ((double right, double wrong) in new[] { (2.0, 1.0), (1.0, 1.0), (1.0, 5.0), (100.0, 1.0) })
        {
            var ledger = new ReputationLedger(new ReputationOptions { PriorCorrect = right, PriorWrong = wrong });
            ledger.Get(Ann).NextError.Should().BeApproximately(wrong / (right + wrong), 1e-12);
        }
    }

    [Fact]
    public void Capabilities_BadAtOneThing_StaysInTheOthers_AndACheatInNone()
    {
        var book = new CapabilityReputations();
        Pass(book.For("render"), Ann, 30);
        Pass(book.For("render"), Bob, 30);
        while (!book.For("translate").Record(Ann, correct: false))
        {
        }

        book.For("render").IsSuspended(Ann).Should().BeFalse();
        book.Suspend(Bob, "sent a stolen result");
        book.For("render").IsSuspended(Bob).Should().BeTrue();
        book.For("never heard of").IsSuspended(Bob).Should().BeTrue();
        book.Capabilities.Should().Equal("never heard of", "render", "translate");
    }

    [Fact]
    public void OpinionOf_OtherCapability_CarriesOverAsFarAsSaid()
    {
        var book = new CapabilityReputations(new ReputationOptions { Forgetting = 1 });
        Pass(book.For("render/cpu"), Ann, 98);

        book.OpinionOf(Ann, "render/gpu").Should().Be(Opinion.Vacuous);
        Opinion half = book.OpinionOf(Ann, "render/gpu", new Opinion(0.5, 0, 0.5));

        // Discounting keeps half of the belief of 0.98, and fusing with a vacuous opinion changes nothing.
        half.Belief.Should().BeApproximately(0.49, 1e-12);
        book.OpinionOf(Ann, "render/cpu").Belief.Should().BeApproximately(0.98, 1e-12);
    }

    [Fact]
    public void Members_OutOfRange_Throw()
    {
        var ledger = new ReputationLedger();
        var book = new CapabilityReputations();
        Action[] acts =
        [
            () => ledger.Enroll(default, "x"),
            () => ledger.Enroll(Ann, " "),
            () => ledger.IsOnProbation(default),
            () => ledger.Weigh([Ann, Ann]),
            () => ledger.Weigh([default]),
            () => ledger.Import([new ReputationSnapshot { WorkerId = Ann, PassedInARow = 1 }]),
            () => ledger.Import([new ReputationSnapshot { WorkerId = Ann, TurnLogEvidence = double.NaN }]),
            () => book.For(""),
            () => book.Suspend(Ann, ""),
            () => book.Suspend(default, "x"),
        ];

        acts.Should().AllSatisfy(static act => act.Should().Throw<ArgumentException>());
    }

    private static void Pass(ReputationLedger ledger, WorkerId worker, int count)
    {
        for (int i = 0; i < count; i++)
        {
            ledger.Record(worker, correct: true);
        }
    }
}
