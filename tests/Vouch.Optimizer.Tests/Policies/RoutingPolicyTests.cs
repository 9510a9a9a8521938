using FsCheck;
using FsCheck.Fluent;
using Vouch.Core.Models;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Tests.Policies;

public sealed class RoutingPolicyTests
{
    [Fact]
    public void Choose_AnyCandidates_IsTheObviousBestWhateverTheOrder() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte, byte)[]>(), ArbMap.Default.ArbFor<byte>(), (cells, price) =>
        {
            var policy = new RoutingPolicy("test", price / 16.0);
            OutcomePrediction[] predictions = [.. cells.Select(cell => Chance(cell.Item1 / 255.0))];
            double[] costs = [.. cells.Select(cell => (double)(cell.Item2 % 8))];
            int[] forward = [.. Enumerable.Range(0, cells.Length)];
            int[] backward = [.. forward.Reverse()];

            int expected = cells.Length == 0 ? -1 : forward.OrderByDescending(i => predictions[i].SuccessProbability - (policy.PriceSensitivity * costs[i])).ThenBy(i => costs[i]).ThenBy(i => i).First();
            return policy.Choose(predictions, costs, forward) == expected && policy.Choose(predictions, costs, backward) == expected;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20_260_803UL, 1UL));

    [Fact]
    public void Choose_DominatedEndpoint_IsNeverTaken()
    {
        OutcomePrediction[] predictions = [Chance(0.6), Chance(0.5), Chance(0.9)];
        double[] costs = [0.001, 0.002, 0.01];

        foreach (double price in (double[])[0, 1, 10, 30, 33.4, 100, 1e6, double.PositiveInfinity])
        {
            new RoutingPolicy("p", price).Choose(predictions, costs, [0, 1, 2]).Should().NotBe(1);
        }
    }

    [Fact]
    public void Choose_OnlyEligible_AndNothingFromNothing()
    {
        OutcomePrediction[] predictions = [Chance(0.9), Chance(0.2), Chance(double.NaN)];
        double[] costs = [0, 1, double.NaN];
        var policy = new RoutingPolicy("p", 0);

        policy.Choose(predictions, costs, [1]).Should().Be(1);
        policy.Choose(predictions, costs, [2, 1]).Should().Be(1);
        policy.Choose(predictions, costs, []).Should().Be(-1);
        policy.Choose(predictions, costs, [2]).Should().Be(2);
        new RoutingPolicy("cheapest", double.PositiveInfinity).Choose(predictions, costs, [2, 1]).Should().Be(1);
    }

    [Fact]
    public void For_Profiles_OrderTheirPriceAndSayWhatTheyMean()
    {
        RoutingPolicy quality = RoutingPolicy.For(OptimizationProfile.Quality, 0.01);
        RoutingPolicy balanced = RoutingPolicy.For(OptimizationProfile.Balanced, 0.01);
        RoutingPolicy economy = RoutingPolicy.For(OptimizationProfile.Economy, 0.01);

        quality.PriceSensitivity.Should().BeLessThan(balanced.PriceSensitivity);
        balanced.PriceSensitivity.Should().BeLessThan(economy.PriceSensitivity);

        // A whole query of $0.01 is worth five points: one point is worth $0.002.
        balanced.Meaning.Should().Contain("$0.002 on the query").And.Contain("$2 per 1,000");
        FluentActions.Invoking(() => RoutingPolicy.For(OptimizationProfile.Quality, 0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new RoutingPolicy("x", double.NaN)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Choose_WarmPolicy_AllocatesNothing()
    {
        OutcomePrediction[] predictions = [.. Enumerable.Range(0, 11).Select(i => Chance(i / 11.0))];
        double[] costs = [.. Enumerable.Range(0, 11).Select(i => i * 0.001)];
        int[] eligible = [.. Enumerable.Range(0, 11)];
        var policy = new RoutingPolicy("p", 10);
        int sum = 0;

        Allocations.Of(() => sum += policy.Choose(predictions, costs, eligible)).Should().Be(0);
        sum.Should().BeGreaterThan(0);
    }

    private static OutcomePrediction Chance(double p) => new(p, 0, 1, 100, 10);
}
