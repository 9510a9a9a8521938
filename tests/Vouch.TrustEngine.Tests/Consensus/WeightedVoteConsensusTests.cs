using FsCheck;
using FsCheck.Fluent;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;
using Vouch.TrustEngine.Consensus;

namespace Vouch.TrustEngine.Tests.Consensus;

public sealed class WeightedVoteConsensusTests
{
    [Theory]
    [InlineData("AAAB", "A", ConsensusPromise.HonestPlurality, 0.75, 0.5)]
    [InlineData("AAABB", "A", ConsensusPromise.HonestSupport, 0.6, 0.2)]
    [InlineData("AABB", "A", ConsensusPromise.HonestSupport, 0.5, 0)]
    [InlineData("ABC", "A", ConsensusPromise.None, 1.0 / 3, 0)]
    [InlineData("BBA", "B", ConsensusPromise.HonestSupport, 2.0 / 3, 1.0 / 3)]
    [InlineData("AA", "A", ConsensusPromise.None, 1, 1)]
    public void Decide_EqualWeights_StatesWhatTheVoteCarries(string votes, string label, ConsensusPromise promise, double support, double lead)
    {
        CategoricalDecision decision = new WeightedVoteConsensus().Decide(Ballots(votes));

        decision.Label.Should().Be(label);
        decision.Promise.Should().Be(promise);
        decision.Support.Should().BeApproximately(support, 1e-12);
        decision.Lead.Should().BeApproximately(lead, 1e-12);
        decision.Evidence.IsSufficient.Should().Be(promise != ConsensusPromise.None);
        decision.Dissenters.Should().HaveCount(votes.Count(vote => vote != label[0]));
    }

    [Fact]
    public void Decide_PromiseGiven_HoldsAgainstAnyLiars() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            int voters = random.Next(3, 12);
            int liars = ByzantineQuorum.Liars(voters, 1.0 / 3);
            CategoricalBallot[] ballots = [.. Enumerable.Range(0, voters).Select(i => new CategoricalBallot(
                Worker(i), i < liars ? "lie" : random.Next(4) == 0 ? $"other{random.Next(2)}" : "truth", 1 + random.NextDouble()))];
            CategoricalDecision decision = new WeightedVoteConsensus(new ConsensusOptions { MaxWeightShare = 1 }).Decide(ballots);

            if (decision.Promise != ConsensusPromise.None)
            {
                ballots.Skip(liars).Should().Contain(ballot => ballot.Label == decision.Label, "an honest worker gave it");
            }

            // With equal weights, plurality among the honest can be counted.
            CategoricalDecision equal = new WeightedVoteConsensus().Decide([.. ballots.Select(ballot => ballot with { Weight = 1 })]);
            if (equal.Promise == ConsensusPromise.HonestPlurality)
            {
                equal.Label.Should().Be(ballots.Skip(liars).GroupBy(ballot => ballot.Label).MaxBy(group => group.Count())!.Key);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20_260_101UL, 1UL));

    [Fact]
    public void Decide_Tie_GoesToTheFirstLabelWhateverTheOrder()
    {
        new WeightedVoteConsensus().Decide(Ballots("BBAA")).Label.Should().Be("A");
        new WeightedVoteConsensus().Decide(Ballots("AABB")).Label.Should().Be("A");
    }

    [Fact]
    public void Decide_ManyWorkersOfOneOperator_AreOneVoter()
    {
        CategoricalBallot[] ballots = [.. Ballots("AAA"), .. Enumerable.Range(10, 50).Select(i => new CategoricalBallot(Worker(i), "B") { Entity = "sybil" })];

        CategoricalDecision decision = new WeightedVoteConsensus().Decide(ballots);

        decision.Label.Should().Be("A");
        decision.Voters.Should().Be(4);
        decision.Promise.Should().Be(ConsensusPromise.HonestPlurality);
    }

    [Fact]
    public void Decide_NullOrWeightless_IsSetAside()
    {
        CategoricalDecision decision = new WeightedVoteConsensus().Decide([.. Ballots("AAA"), new(Worker(8), null), new(Worker(9), "B", 0)]);

        decision.SetAside.Should().Equal(Worker(8), Worker(9));
        decision.Support.Should().Be(1);
    }

    [Fact]
    public void DecideOrThrow_NoPromise_ThrowsWithTheFigures()
    {
        Action none = () => new WeightedVoteConsensus().DecideOrThrow([]);
        Action split = () => new WeightedVoteConsensus().DecideOrThrow(Ballots("ABC"));

        none.Should().Throw<ConsensusFailureException>().Where(error => error.Ballots == 0 && error.RequiredBallots == 3);
        split.Should().Throw<ConsensusFailureException>().WithMessage("*ask more workers*").Where(error => error.Ballots == 3);
        new WeightedVoteConsensus().DecideOrThrow(Ballots("AAA")).Label.Should().Be("A");
    }

    private static CategoricalBallot[] Ballots(string votes) => [.. votes.Select((vote, i) => new CategoricalBallot(Worker(i), vote.ToString()))];

    private static WorkerId Worker(int number) => new($"w{number}");
}
