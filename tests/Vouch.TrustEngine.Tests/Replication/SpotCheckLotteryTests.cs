using System.Security.Cryptography;
using System.Text;
using Vouch.Core.Models;
using Vouch.TrustEngine.Replication;
using Vouch.TrustEngine.Reputation;

namespace Vouch.TrustEngine.Tests.Replication;

public sealed class SpotCheckLotteryTests
{
    private static readonly byte[] Seed = [.. Enumerable.Range(0, 32).Select(static i => (byte)i)];

    // HMAC-SHA-256 over round, lengths and names, little-endian, worked out here by hand.
    [Fact]
    public void Draw_KnownSeed_IsTheDocumentedFunction()
    {
        byte[] message = [3, 0, 0, 0, 3, 0, 0, 0, 5, 0, 0, 0, .. Encoding.UTF8.GetBytes("ann"), .. Encoding.UTF8.GetBytes("unit7")];
        ulong first = BitConverter.ToUInt64(HMACSHA256.HashData(Seed, message));

        double draw = SpotCheckLottery.FromSeed(Seed).Draw(new WorkUnitId("unit7"), new WorkerId("ann"), round: 3);

        draw.Should().Be((first >> 11) / Math.Pow(2, 53));
    }

    [Fact]
    public void Commitment_KnownSeed_IsTheHashOfDomainAndSeed() =>
        SpotCheckLottery.FromSeed(Seed).Commitment.ToArray().Should().Equal(SHA256.HashData([.. "vouch spot-check lottery v1 commitment\0"u8, .. Seed]));

    [Fact]
    public void Draw_NamesThatJoinAlike_AreDifferentDraws()
    {
        var lottery = SpotCheckLottery.FromSeed(Seed);

        lottery.Draw(new WorkUnitId("bc"), new WorkerId("a")).Should().NotBe(lottery.Draw(new WorkUnitId("c"), new WorkerId("ab")));
        lottery.Draw(new WorkUnitId(new string('ü', 200)), new WorkerId(new string('x', 200))).Should().BeInRange(0, 1);
    }

    [Fact]
    public void Draw_ManyUnits_IsUniform()
    {
        var lottery = SpotCheckLottery.FromSeed(Seed);
        int[] bins = new int[20];
        for (int i = 0; i < 20_000; i++)
        {
            bins[(int)(20 * lottery.Draw(new WorkUnitId($"u{i}"), new WorkerId("w")))]++;
        }

        // Chi-squared with 19 degrees of freedom: 43.8 is the 0.1 % point.
        bins.Sum(static count => Math.Pow(count - 1000, 2) / 1000).Should().BeLessThan(43.8);
    }

    [Fact]
    public void Create_Twice_DiffersAndRevealsWhatWasCommittedTo()
    {
        var first = SpotCheckLottery.Create();
        var second = SpotCheckLottery.Create();

        byte[] seed = first.Reveal();

        first.Commitment.ToArray().Should().NotEqual(second.Commitment.ToArray());
        SpotCheckLottery.Matches(first.Commitment.Span, seed).Should().BeTrue();
        SpotCheckLottery.Matches(second.Commitment.Span, seed).Should().BeFalse();
        SpotCheckLottery.Matches(first.Commitment.Span, seed.AsSpan(1)).Should().BeFalse();
    }

    [Fact]
    public void Draw_AfterReveal_Throws()
    {
        var lottery = SpotCheckLottery.Create();
        lottery.Reveal();

        Action act = () => lottery.Draw(new WorkUnitId("u"), new WorkerId("w"));

        act.Should().Throw<InvalidOperationException>().WithMessage("*revealed*");
    }

    [Fact]
    public void Members_OutOfRange_Throw()
    {
        var lottery = SpotCheckLottery.Create();
        Action[] acts =
        [
            () => SpotCheckLottery.FromSeed(new byte[31]),
            () => lottery.Draw(default, new WorkerId("w")),
            () => lottery.Draw(new WorkUnitId("u"), default),
            () => lottery.Draw(new WorkUnitId("u"), new WorkerId("w"), -1),
        ];

        acts.Should().AllSatisfy(static act => act.Should().Throw<ArgumentException>());
    }

    [Fact]
    public void Verify_HonestRecord_IsProven_AndEveryBentOneIsNamed()
    {
        var lottery = SpotCheckLottery.FromSeed(Seed);
        var policy = new ReplicationPolicy(new ReplicationOptions { PlannedResults = 10_000, ErrorBudget = 0.01 }, lottery, new ReputationLedger(new ReputationOptions { ProbationChecks = 2 }));
        var orders = new List<VerificationOrder>();
        for (int i = 0; i < 500; i++)
        {
            VerificationOrder order = policy.Decide(new WorkUnitId($"u{i}"), new WorkerId($"w{i % 3}"), new VerificationMeans());
            orders.Add(order);
            if (order.Step == VerificationStep.Check)
            {
                policy.Confirm(order);
            }
        }

        byte[] seed = lottery.Reveal();
        VerificationOrder spared = orders.First(static order => order.Step == VerificationStep.Check && !order.OnProbation);
        VerificationOrder chosen = orders.First(static order => order.Step == VerificationStep.Accept);

        SpotCheckAudit.Verify(lottery.Commitment.Span, seed, orders).Should().BeEmpty();
        SpotCheckAudit.Verify(lottery.Commitment.Span, seed, [spared with { Step = VerificationStep.Accept }]).Should().ContainSingle().Which.Should().Contain("cannot be Accept");
        SpotCheckAudit.Verify(lottery.Commitment.Span, seed, [chosen with { Step = VerificationStep.Check }]).Should().ContainSingle().Which.Should().Contain("cannot be Check");
        SpotCheckAudit.Verify(lottery.Commitment.Span, seed, [chosen with { Draw = 0.999_99 }]).Should().ContainSingle().Which.Should().Contain("as recorded");
        SpotCheckAudit.Verify(lottery.Commitment.Span, new byte[32], orders).Should().ContainSingle().Which.Should().Contain("not the one that was committed to");
    }
}
