using Vouch.Optimizer.Learning;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Tests.Learning;

public sealed class ContextualBanditTests
{
    private static readonly double[] Costs = [0.001, 0.0012, 0.0014, 1];
    private static readonly int[] All = [0, 1, 2, 3];
    private readonly RoutingPolicy _policy = new("p", 10);

    [Fact]
    public void Choose_BeforeAnyOutcome_IsThePolicyButForExploration()
    {
        var bandit = new ContextualBandit(4, new ContextualBanditOptions { ExplorationShare = 0 });
        OutcomePrediction[] predictions = Chances(0.5, 0.7, 0.6, 0.9);
        OutcomePrediction[] corrected = [.. predictions];

        bandit.Correct(corrected);

        corrected.Should().Equal(predictions);
        bandit.Choose(_policy, corrected, Costs, All, 1).Should().Be(new BanditChoice(1, 1, false));
        bandit.Choose(_policy, corrected, Costs, [], 1).Position.Should().Be(-1);
    }

    [Fact]
    public void Choose_Exploration_HappensAsOftenAsItsPropensitySays()
    {
        var bandit = new ContextualBandit(4, new ContextualBanditOptions { ExplorationShare = 0.3, CostCap = 1.5 });
        OutcomePrediction[] predictions = Chances(0.5, 0.7, 0.6, 0.9);
        var counts = new int[4];
        var propensities = new double[4];

        for (int ticket = 0; ticket < 30_000; ticket++)
        {
            BanditChoice choice = bandit.Choose(_policy, predictions, Costs, All, ticket);
            counts[choice.Position]++;
            propensities[choice.Position] = choice.Propensity;
        }

        counts[3].Should().Be(0, "its cost is above the cap");
        propensities[0].Should().BeApproximately(0.1, 1e-12);
        propensities[1].Should().BeApproximately(0.8, 1e-12);
        for (int e = 0; e < 3; e++)
        {
            (counts[e] / 30_000.0).Should().BeApproximately(propensities[e], 0.01);
        }
    }

    [Fact]
    public void Choose_SameTicket_SameChoice()
    {
        OutcomePrediction[] predictions = Chances(0.5, 0.7, 0.6, 0.9);
        var one = new ContextualBandit(4, new ContextualBanditOptions { ExplorationShare = 0.5, Seed = 3 });
        var two = new ContextualBandit(4, new ContextualBanditOptions { ExplorationShare = 0.5, Seed = 3 });

        for (long ticket = -100; ticket < 1_000; ticket++)
        {
            two.Choose(_policy, predictions, Costs, All, ticket).Should().Be(one.Choose(_policy, predictions, Costs, All, ticket));
        }
    }

    [Fact]
    public void Learn_WrongPredictions_AreCorrected()
    {
        var bandit = new ContextualBandit(2);
        var random = new Random(1);
        OutcomePrediction[] predictions = Chances(0.9, 0.7);
        for (int i = 0; i < 3_000; i++)
        {
            bandit.Learn(0, predictions[0], random.NextDouble() < 0.6 ? 1 : 0);
        }

        bandit.Correct(predictions);

        predictions[0].SuccessProbability.Should().BeApproximately(0.6, 0.05);
        predictions[1].SuccessProbability.Should().Be(0.7);
    }

    [Fact]
    public void Learn_FewOutcomes_MoveLittle()
    {
        var bandit = new ContextualBandit(1);
        OutcomePrediction[] predictions = Chances(0.9);
        for (int i = 0; i < 3; i++)
        {
            bandit.Learn(0, predictions[0], 0);
        }

        bandit.Correct(predictions);

        predictions[0].SuccessProbability.Should().BeInRange(0.87, 0.9);
        FluentActions.Invoking(() => bandit.Learn(1, predictions[0], 0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => bandit.Learn(0, predictions[0], 2)).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static OutcomePrediction[] Chances(params double[] chances) => [.. chances.Select(p => new OutcomePrediction(p, p / 2, (1 + p) / 2, 100, 50))];
}
