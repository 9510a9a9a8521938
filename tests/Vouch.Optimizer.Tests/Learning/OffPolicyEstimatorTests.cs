using Vouch.Core.Exceptions;
using Vouch.Optimizer.Learning;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Tests.Learning;

public sealed class OffPolicyEstimatorTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    public void Estimate_KnownPropensities_CoversTheTruthHoweverWrongTheModel(double bias)
    {
        int covered = 0;
        double mean = 0;
        for (int run = 0; run < 300; run++)
        {
            OffPolicyEstimate estimate = OffPolicyEstimator.Estimate(Log(600, run, bias));
            covered += estimate.Value.Contains(0.7) ? 1 : 0;
            mean += estimate.Value.Estimate / 300;
            estimate.IsSufficient.Should().BeTrue();
        }

        mean.Should().BeApproximately(0.7, 0.012);
        covered.Should().BeInRange(270, 300);
    }

    [Fact]
    public void Estimate_GoodModel_IsNarrowerThanNone() =>
        OffPolicyEstimator.Estimate(Log(600, 1, 0)).Value.Width.Should().BeLessThan(OffPolicyEstimator.Estimate(Log(600, 1, -0.7)).Value.Width);

    [Fact]
    public void Estimate_NoOverlap_SaysItIsNoEvidence()
    {
        LoggedDecision[] log = [.. Enumerable.Range(0, 100).Select(_ => new LoggedDecision(0, 0.9, 1, 1, 0.8, 0.5))];

        OffPolicyEstimate estimate = OffPolicyEstimator.Estimate(log);

        estimate.IsSufficient.Should().BeFalse();
        estimate.Matches.Should().Be(0);
        estimate.EffectiveSampleSize.Should().Be(0);
    }

    [Fact]
    public void Estimate_BadLine_SaysWhere()
    {
        LoggedDecision good = new(0, 0.5, 1, 0, 0.5, 0.5);

        FluentActions.Invoking(() => OffPolicyEstimator.Estimate([good, good with { Propensity = 0 }])).Should().Throw<InputValidationException>().Which.Location.Should().Be("[1]");
        FluentActions.Invoking(() => OffPolicyEstimator.Estimate([good, good with { Reward = double.NaN }])).Should().Throw<InputValidationException>();
        FluentActions.Invoking(() => OffPolicyEstimator.Estimate([good])).Should().Throw<InputValidationException>();
    }

    // Position 1 earns 0.7, position 0 earns 0.4; the log takes position 1 in 20 %, the policy under judgement always.
    private static LoggedDecision[] Log(int count, int seed, double bias)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            int position = random.NextDouble() < 0.2 ? 1 : 0;
            double reward = random.NextDouble() < (position == 1 ? 0.7 : 0.4) ? 1 : 0;
            return new LoggedDecision(position, position == 1 ? 0.2 : 0.8, reward, 1, (position == 1 ? 0.7 : 0.4) + bias, 0.7 + bias);
        })];
    }

    [Fact]
    public void Estimate_TargetPropensityLogged_CoversThoughTheRareChoicesWereHardlyDrawn()
    {
        // A policy whose choice is explored in 1 of 100 decisions, of 500: its few heavy terms are often not drawn at all, and the sample's own spread then says too little.
        (int with, int without) = (0, 0);
        const int Draws = 400;
        for (int draw = 0; draw < Draws; draw++)
        {
            var random = new Random(draw);
            LoggedDecision[] log = [.. Enumerable.Range(0, 500).Select(_ =>
            {
                bool matches = random.NextDouble() < 0.01;
                double reward = random.NextDouble() < 0.8 ? 1 : 0;
                return new LoggedDecision(matches ? 1 : 0, matches ? 0.01 : 0.99, reward, 1, 0.6, 0.6) { TargetPropensity = 0.01 };
            })];
            with += OffPolicyEstimator.Estimate(log).Value.Contains(0.8) ? 1 : 0;
            without += OffPolicyEstimator.Estimate([.. log.Select(decision => decision with { TargetPropensity = 0 })]).Value.Contains(0.8) ? 1 : 0;
        }

        with.Should().BeGreaterThan(without);
        with.Should().BeGreaterThanOrEqualTo((int)(0.93 * Draws));
    }

    [Fact]
    public void PropensityOf_EveryPosition_IsWhatChooseSays()
    {
        var bandit = new ContextualBandit(3, new ContextualBanditOptions { ExplorationShare = 0.3, CostCap = 5 });
        var policy = new RoutingPolicy("p", 0);
        OutcomePrediction[] predictions = [.. new[] { 0.5, 0.9, 0.7 }.Select(success => new OutcomePrediction(success, 0, 1, 1, 1))];
        double[] costs = [1, 2, 100];
        int[] eligible = [0, 1, 2];

        double[] propensities = [.. eligible.Select(position => bandit.PropensityOf(position, policy, predictions, costs, eligible))];

        propensities.Should().Equal([0.15, 0.85, 0], (actual, expected) => Math.Abs(actual - expected) < 1e-12);
        for (int ticket = 0; ticket < 200; ticket++)
        {
            BanditChoice choice = bandit.Choose(policy, predictions, costs, eligible, ticket);
            choice.Propensity.Should().BeApproximately(propensities[choice.Position], 1e-12);
        }
    }
}
