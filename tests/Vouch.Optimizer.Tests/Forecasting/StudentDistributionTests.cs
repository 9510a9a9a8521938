using Vouch.Optimizer.Forecasting;

namespace Vouch.Optimizer.Tests.Forecasting;

public sealed class StudentDistributionTests
{
    // Quantiles as printed in the usual tables of Student's t (for one, NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.6.7.2).
    [Theory]
    [InlineData(0.90, 1, 3.078)]
    [InlineData(0.975, 1, 12.706)]
    [InlineData(0.90, 2, 1.886)]
    [InlineData(0.995, 2, 9.925)]
    [InlineData(0.95, 3, 2.353)]
    [InlineData(0.975, 4, 2.776)]
    [InlineData(0.95, 5, 2.015)]
    [InlineData(0.999, 5, 5.893)]
    [InlineData(0.99, 6, 3.143)]
    [InlineData(0.95, 7, 1.895)]
    [InlineData(0.975, 10, 2.228)]
    [InlineData(0.99, 30, 2.457)]
    [InlineData(0.95, 31, 1.696)]
    public void Cumulative_PublishedQuantile_GivesItsShare(double share, int degreesOfFreedom, double quantile)
    {
        StudentDistribution.Cumulative(quantile, degreesOfFreedom).Should().BeApproximately(share, 1e-4);
        StudentDistribution.Cumulative(-quantile, degreesOfFreedom).Should().BeApproximately(1 - share, 1e-4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(6)]
    public void Cumulative_Extremes_StayInRange(int degreesOfFreedom)
    {
        StudentDistribution.Cumulative(0, degreesOfFreedom).Should().Be(0.5);
        StudentDistribution.Cumulative(double.PositiveInfinity, degreesOfFreedom).Should().Be(1);
        StudentDistribution.Cumulative(double.NegativeInfinity, degreesOfFreedom).Should().Be(0);
        StudentDistribution.Cumulative(1e300, degreesOfFreedom).Should().BeInRange(1 - 1e-9, 1);
    }

    [Fact]
    public void Quantile_OfOneComponent_InvertsTheDistribution()
    {
        var mixture = new PredictiveMixture([(3, 10, 2, 1)], 5);

        mixture.Quantile(0.5).Should().BeApproximately(10, 1e-9);
        mixture.Quantile(0.95).Should().BeApproximately(10 + (2 * 2.0150), 1e-3);
        mixture.Quantile(0.05).Should().BeApproximately(10 - (2 * 2.0150), 1e-3);
    }

    [Fact]
    public void Quantile_OfTwoFarComponents_FollowsTheirWeights()
    {
        var mixture = new PredictiveMixture([(1, 0, 1e-6, 1), (3, 100, 1e-6, 1)], 4);

        mixture.Quantile(0.2).Should().BeApproximately(0, 1e-4);
        mixture.Quantile(0.3).Should().BeApproximately(100, 1e-4);
        mixture.Quantile(0.9).Should().BeApproximately(100, 1e-4);
    }

    [Fact]
    public void ShareQuantile_OfOneComponent_IsItsLogisticImage()
    {
        // Log-odds of d / 0.8 with median -1: d = 0.8 / (1 + e).
        var mixture = new PredictiveMixture([(1, -1, 0.1, 0.8)], 5);

        mixture.ShareQuantile(0.5).Should().BeApproximately(0.8 / (1 + Math.E), 1e-9);
        mixture.ShareQuantile(0.999999).Should().BeLessThan(0.8);
    }
}
