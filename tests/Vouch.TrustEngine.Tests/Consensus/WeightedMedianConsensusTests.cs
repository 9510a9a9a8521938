using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Options;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;
using Vouch.TestData;
using Vouch.TrustEngine.Consensus;

namespace Vouch.TrustEngine.Tests.Consensus;

public sealed class WeightedMedianConsensusTests
{
    [Fact]
    public void Decide_EqualWeights_IsTheLowerMedianWithItsPromise()
    {
        NumericDecision decision = new WeightedMedianConsensus().Decide(Ballots(4, 1, 3, 2, 5, 6));

        decision.Value.Should().Be(3);
        decision.Promise.Should().Be(ConsensusPromise.HonestRange);
        decision.Voters.Should().Be(6);
        decision.ToleratedLiars.Should().Be(2);
        decision.HonestMedianLower.Should().Be(2);
        decision.HonestMedianUpper.Should().Be(4);
        decision.Evidence.IsSufficient.Should().BeTrue();
    }

    // Weighted lower medians of the shared aggregator cases (ByzFL inputs), coordinate by coordinate, with weights left as they are.
    [Fact]
    public void Decide_PublishedVectors_EqualsTheWeightedLowerMedian()
    {
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllText(SharedData.Require("trust/aggregators/vectors.json")));
        var consensus = new WeightedMedianConsensus(new ConsensusOptions { ByzantineShare = 0, MinVoters = 1, MaxWeightShare = 1 });
        int compared = 0;
        foreach (JsonElement vector in cases.RootElement.EnumerateArray())
        {
            JsonElement expected = vector.GetProperty("results").GetProperty("weighted_median_lower");
            for (int d = 0; d < vector.GetProperty("d").GetInt32(); d++)
            {
                NumericBallot[] ballots = [.. vector.GetProperty("vectors").EnumerateArray().Zip(vector.GetProperty("weights").EnumerateArray())
                    .Select((pair, i) => new NumericBallot(Worker(i), pair.First[d].GetDouble(), pair.Second.GetDouble()))];

                consensus.Decide(ballots).Value.Should().Be(expected[d].GetDouble());
                compared++;
            }
        }

        compared.Should().BeGreaterThan(24);
    }

    [Fact]
    public void Decide_LiarsBelowTheTolerance_StaysBetweenHonestAnswers() => Check(seed =>
    {
        var random = new Random(seed);
        int voters = random.Next(3, 25);
        var options = new ConsensusOptions { ByzantineShare = 0.499 * random.NextDouble(), RefineSurvivors = random.Next(2) == 0, MinVoters = 3 };
        double[] weights = [.. Enumerable.Range(0, voters).Select(_ => Math.Exp(6 * random.NextDouble()))];
        int liars = ByzantineQuorum.Liars(voters, options.ByzantineShare);
        int[] order = [.. Enumerable.Range(0, voters)];
        random.Shuffle(order);
        double lie = random.Next(3) switch { 0 => 1e300, 1 => -1e17, _ => random.NextDouble() * 3 };
        NumericBallot[] ballots = [.. order.Select((voter, i) => new NumericBallot(
            Worker(voter), i < liars ? lie : 100 + random.NextDouble(), weights[voter]))];
        double[] honest = [.. ballots.Skip(liars).Select(ballot => ballot.Value)];

        NumericDecision decision = new WeightedMedianConsensus(options).Decide(ballots);

        decision.Promise.Should().Be(ConsensusPromise.HonestRange);
        decision.ToleratedLiars.Should().BeGreaterThanOrEqualTo(liars);
        decision.Value.Should().BeInRange(honest.Min(), honest.Max());
    });

    [Fact]
    public void Decide_EqualWeights_RangeHoldsTheHonestMedian() => Check(seed =>
    {
        var random = new Random(seed);
        int voters = random.Next(3, 20);
        int liars = ByzantineQuorum.Liars(voters, 1.0 / 3);
        NumericBallot[] ballots = [.. Enumerable.Range(0, voters).Select(i => new NumericBallot(Worker(i), i < liars ? random.Next(-50, 50) : random.Next(10)))];
        double[] honest = [.. ballots.Skip(liars).Select(ballot => ballot.Value).Order()];

        NumericDecision decision = new WeightedMedianConsensus().Decide(ballots);

        honest[(honest.Length - 1) / 2].Should().BeInRange(decision.HonestMedianLower, decision.HonestMedianUpper);
    });

    [Fact]
    public void Decide_Shuffled_SameDecision() => Check(seed =>
    {
        var random = new Random(seed);
        NumericBallot[] ballots = [.. Enumerable.Range(0, random.Next(1, 20)).Select(i => new NumericBallot(Worker(i), random.Next(5), random.NextDouble())
        { Entity = random.Next(3) == 0 ? $"e{random.Next(3)}" : null })];
        NumericBallot[] shuffled = [.. ballots];
        random.Shuffle(shuffled);
        var consensus = new WeightedMedianConsensus(new ConsensusOptions { RefineSurvivors = true });

        NumericDecision first = consensus.Decide(ballots);
        NumericDecision second = consensus.Decide(shuffled);

        second.Value.Should().BeApproximately(first.Value, 1e-12);
        second.Promise.Should().Be(first.Promise);
        second.Outliers.Should().Equal(first.Outliers);
    });

    [Fact]
    public void Decide_OneHeavyWorker_DoesNotDecideAlone()
    {
        NumericDecision decision = new WeightedMedianConsensus().Decide([new(Worker(0), 1e6, 1e12), new(Worker(1), 1), new(Worker(2), 2), new(Worker(3), 3)]);

        decision.Value.Should().BeInRange(1, 3);
        decision.ToleratedLiars.Should().Be(1);
    }

    [Fact]
    public void Decide_ManyWorkersOfOneOperator_AreOneVoter()
    {
        NumericBallot[] ballots = [.. Ballots(1, 2, 3), .. Enumerable.Range(10, 50).Select(i => new NumericBallot(Worker(i), 1e6) { Entity = "sybil" })];

        NumericDecision decision = new WeightedMedianConsensus().Decide(ballots);

        decision.Voters.Should().Be(4);
        decision.Value.Should().Be(2);
        decision.Outliers.Should().HaveCount(50);
    }

    [Fact]
    public void Decide_Refined_IsTheMeanOfSurvivorsAndNamesOutliers()
    {
        var consensus = new WeightedMedianConsensus(new ConsensusOptions { RefineSurvivors = true, ByzantineShare = 0.2 });

        NumericDecision decision = consensus.Decide(Ballots(10, 11, 12, 13, 14, 15, 1000));

        decision.Value.Should().BeApproximately(12.5, 1e-12);
        decision.Outliers.Should().Equal(Worker(6));
    }

    [Fact]
    public void Decide_CoarseScale_KeepsNeighboursAsSurvivors()
    {
        NumericDecision decision = new WeightedMedianConsensus(new ConsensusOptions { ByzantineShare = 0.1 }).Decide(Ballots(3, 3, 3, 3, 3, 3, 4, 4, 2, 99));

        decision.Value.Should().Be(3);
        decision.Outliers.Should().Equal(Worker(9));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Decide_TooFewVoters_PromisesNothing(int voters)
    {
        var consensus = new WeightedMedianConsensus();
        NumericBallot[] ballots = Ballots([.. Enumerable.Range(1, voters).Select(i => (double)i)]);

        NumericDecision decision = consensus.Decide(ballots);
        Action act = () => consensus.DecideOrThrow(ballots);

        decision.Promise.Should().Be(ConsensusPromise.None);
        decision.Evidence.IsSufficient.Should().BeFalse();
        decision.Value.Should().Be(voters == 0 ? double.NaN : 1);
        decision.HonestMedianLower.Should().Be(double.NaN);
        act.Should().Throw<ConsensusFailureException>().Where(error => error.Ballots == voters && error.RequiredBallots == 3);
    }

    [Fact]
    public void Decide_NotFiniteOrWeightless_IsSetAsideAndSaid()
    {
        NumericDecision decision = new WeightedMedianConsensus().Decide(
            [.. Ballots(1, 2, 3), new(Worker(7), double.NaN), new(Worker(8), double.PositiveInfinity), new(Worker(9), 5, 0)]);

        decision.Voters.Should().Be(3);
        decision.SetAside.Should().Equal(Worker(7), Worker(8), Worker(9));
        decision.Value.Should().Be(2);
    }

    [Fact]
    public void Decide_ExtremeValues_StaysFinite()
    {
        var consensus = new WeightedMedianConsensus(new ConsensusOptions { RefineSurvivors = true });

        consensus.Decide(Ballots(double.MaxValue, -double.MaxValue, double.MaxValue, double.Epsilon, 0)).Value.Should().BeInRange(0, double.MaxValue);
        consensus.Decide(Ballots(double.MaxValue, -double.MaxValue, 1, double.Epsilon, 0)).Value.Should().BeInRange(0, 1);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1)]
    [InlineData(double.PositiveInfinity)]
    public void Decide_BadWeight_Throws(double weight)
    {
        Action act = () => new WeightedMedianConsensus().Decide([new(Worker(0), 1, weight)]);

        act.Should().Throw<ArgumentException>().WithMessage("Ballot 0*");
    }

    [Fact]
    public void Constructor_QuorumThatCannotOutvote_SaysHowManyCould()
    {
        Action act = () => _ = new WeightedMedianConsensus(new ConsensusOptions { MinVoters = 2 });

        act.Should().Throw<OptionsValidationException>().WithMessage("*MinVoters 2 cannot outvote a ByzantineShare of 0.333: ask for at least 3 voters.*");
    }

    private static void Check(Action<int> property) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20_260_101UL, 1UL));

    private static NumericBallot[] Ballots(params double[] values) => [.. values.Select((value, i) => new NumericBallot(Worker(i), value))];

    private static WorkerId Worker(int number) => new($"w{number}");
}
