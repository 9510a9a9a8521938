using Vouch.Statistics.Location;

namespace Vouch.Statistics.Tests.Location;

public class QuantileTests
{
    // Hyndman and Fan's definitions on 1, ..., 10 at 0.25: positions 2.5 (types 1, 2), 2.75 (6), 3.25 (7), 2.91667 (8). R 4's quantile() gives the same.
    [Theory]
    [InlineData(QuantileMethod.InverseCdf, 0.25, 3)]
    [InlineData(QuantileMethod.AveragedInverseCdf, 0.25, 3)]
    [InlineData(QuantileMethod.Weibull, 0.25, 2.75)]
    [InlineData(QuantileMethod.Linear, 0.25, 3.25)]
    [InlineData(QuantileMethod.MedianUnbiased, 0.25, 2.9166666666666665)]
    [InlineData(QuantileMethod.InverseCdf, 0.3, 3)]
    [InlineData(QuantileMethod.AveragedInverseCdf, 0.3, 3.5)]
    [InlineData(QuantileMethod.InverseCdf, 0.7, 7)]
    [InlineData(QuantileMethod.Weibull, 0, 1)]
    [InlineData(QuantileMethod.Weibull, 1, 10)]
    [InlineData(QuantileMethod.Linear, 1, 10)]
    [InlineData(QuantileMethod.MedianUnbiased, 0.01, 1)]
    public void Of_OneToTen_FollowsTheType(QuantileMethod method, double share, double expected) =>
        Quantile.Of([7, 1, 10, 4, 2, 9, 3, 8, 5, 6], share, method).Should().BeApproximately(expected, 1e-14);

    [Fact]
    public void Of_RandomSamples_AgreesWithSorting()
    {
        var random = new Random(2);
        for (int round = 0; round < 2000; round++)
        {
            double[] values = [.. Enumerable.Range(0, random.Next(1, 200)).Select(_ => round % 2 == 0 ? random.NextDouble() : random.Next(10))];
            double[] sorted = [.. values.Order()];
            double share = random.NextDouble();
            double position = (values.Length - 1) * share;
            int below = (int)position;
            double expected = below + 1 < values.Length ? sorted[below] + ((position - below) * (sorted[below + 1] - sorted[below])) : sorted[below];

            Quantile.Of(values, share).Should().BeApproximately(expected, 1e-12);
            Quantile.Median(values).Should().Be(values.Length % 2 == 1 ? sorted[values.Length / 2] : (sorted[(values.Length / 2) - 1] * 0.5) + (sorted[values.Length / 2] * 0.5));
        }
    }

    [Fact]
    public void Of_ExtremeValues_DoesNotOverflow()
    {
        Quantile.Median([-double.MaxValue, double.MaxValue]).Should().Be(0);
        Quantile.Median([double.MaxValue, double.MaxValue]).Should().Be(double.MaxValue);
        Quantile.Median([double.PositiveInfinity, 1, 2]).Should().Be(2);
        double.IsNaN(Quantile.Median([double.PositiveInfinity, double.NegativeInfinity])).Should().BeTrue();
        double.IsNaN(Quantile.Median([])).Should().BeTrue();
    }

    [Fact]
    public void Of_BadArguments_Throw()
    {
        FluentActions.Invoking(() => Quantile.Of([1, double.NaN], 0.5)).Should().Throw<ArgumentException>().WithMessage("*index 1*");
        FluentActions.Invoking(() => Quantile.Of([1], 1.5)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("share");
        FluentActions.Invoking(() => Quantile.Of([1], 0.5, (QuantileMethod)3)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("method");
    }

    [Fact]
    public void Of_Warm_AllocatesNothing()
    {
        double[] values = [.. Enumerable.Range(0, 1000).Select(i => (double)(i * 7919 % 1000))];
        double sum = 0;

        Allocations.Of(() => sum = Quantile.Median(values) + TrimmedMean.Of(values, 0.1), times: 50).Should().Be(0);
        sum.Should().BeApproximately(2 * 499.5, 1e-9);
    }
}
