using System.Text.Json;
using Vouch.TrustEngine.Consensus;
using Vouch.TrustEngine.Tests.Reputation;

namespace Vouch.TrustEngine.Tests.Consensus;

public sealed class ByzantineQuorumTests
{
    [Fact]
    public void Sizes_PublishedVectors_Equal()
    {
        using JsonDocument vectors = ReputationLedgerTests.Vectors();
        foreach (JsonElement vector in vectors.RootElement.GetProperty("quorum").EnumerateArray())
        {
            int f = vector.GetProperty("f").GetInt32();

            ByzantineQuorum.ForAgreement(f).Should().Be(vector.GetProperty("n_min_agreement_unsigned").GetInt32());
            ByzantineQuorum.ForMajority(f).Should().Be(vector.GetProperty("quorum").GetInt32());
            ByzantineQuorum.ForMajority(f).Should().Be(vector.GetProperty("n_min_majority_vote_trusted_collector").GetInt32());
            ByzantineQuorum.ForHonestSupport(f).Should().Be(vector.GetProperty("f_plus_1_matching_sufficient").GetInt32());
        }
    }

    [Theory]
    [InlineData(0, 0.3, 1)]
    [InlineData(3, 1.0 / 3, 1)]
    [InlineData(6, 1.0 / 3, 2)]
    [InlineData(9, 1.0 / 3, 3)]
    [InlineData(10, 0.4, 4)]
    [InlineData(10, 0, 0)]
    public void Liars_Share_RoundsDownButAssumesOne(int voters, double share, int liars) => ByzantineQuorum.Liars(voters, share).Should().Be(liars);

    [Fact]
    public void Members_OutOfRange_Throw()
    {
        Action[] acts = [() => ByzantineQuorum.Liars(-1, 0.1), () => ByzantineQuorum.Liars(1, 0.5), () => ByzantineQuorum.Liars(1, double.NaN), () => ByzantineQuorum.ForAgreement(int.MaxValue)];

        acts.Should().AllSatisfy(act => act.Should().Throw<ArgumentOutOfRangeException>());
    }
}
