using Vouch.Statistics.Location;

namespace Vouch.Statistics.Tests.Location;

public class WeightedQuantileTests
{
    [Fact]
    public void Lower_EqualWeights_IsTypeOneAndMidpointTypeTwo()
    {
        var random = new Random(4);
        for (int round = 0; round < 1000; round++)
        {
            double[] values = [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => (double)random.Next(30))];
            double[] weights = [.. values.Select(_ => 0.1)];
            double share = random.Next(0, 21) / 20.0;

            if (share > 0 && share < 1)
            {
                WeightedQuantile.Lower(values, weights, share).Should().Be(Quantile.Of(values, share, QuantileMethod.InverseCdf), $"share {share} of {values.Length}");
                WeightedQuantile.Midpoint(values, weights, share).Should().Be(Quantile.Of(values, share, QuantileMethod.AveragedInverseCdf));
            }
        }
    }

    [Fact]
    public void Lower_WholeWeights_EqualsRepetition()
    {
        var random = new Random(8);
        for (int round = 0; round < 1000; round++)
        {
            int n = random.Next(1, 40);
            double[] values = [.. Enumerable.Range(0, n).Select(_ => (double)random.Next(12))];
            int[] times = [.. Enumerable.Range(0, n).Select(_ => random.Next(1, 5))];
            double[] repeated = [.. values.Zip(times).SelectMany(pair => Enumerable.Repeat(pair.First, pair.Second))];
            double share = random.Next(1, 64) / 64.0;

            WeightedQuantile.Lower(values, [.. times.Select(time => (double)time)], share).Should().Be(Quantile.Of(repeated, share, QuantileMethod.InverseCdf));
        }
    }

    [Fact]
    public void Lower_Half_IsTheWeightedMedian()
    {
        var random = new Random(9);
        for (int round = 0; round < 500; round++)
        {
            (double[] values, double[] weights) = WeightedMedianTests.Draw(random, random.Next(1, 100), round % 8);
            WeightedMedianResult median = WeightedMedian.Find(values, weights);

            WeightedQuantile.Lower(values, weights, 0.5).Should().Be(median.Lower);
            WeightedQuantile.Upper(values, weights, 0.5).Should().Be(median.Upper);
        }
    }

    [Fact]
    public void Lower_GrowingShare_NeverFalls()
    {
        var random = new Random(10);
        for (int kind = 0; kind < 8; kind++)
        {
            (double[] values, double[] weights) = WeightedMedianTests.Draw(random, 300, kind);
            double last = double.NegativeInfinity;
            for (int step = 0; step <= 100; step++)
            {
                double quantile = WeightedQuantile.Lower(values, weights, step / 100.0);
                quantile.Should().BeGreaterThanOrEqualTo(last);
                last = quantile;
            }

            last.Should().Be(values.Zip(weights).Where(pair => pair.Second > 0).Max(pair => pair.First));
        }
    }

    [Fact]
    public void Lower_SubnormalOrHugeWeights_AreNotLost()
    {
        WeightedQuantile.Lower([1, 2, 3, 4], [5e-324, 5e-324, 5e-324, 5e-324], 0.75).Should().Be(3);
        WeightedQuantile.Lower([1, 2, 3, 4], [1e308, 1e308, 1e308, 1e308], 0.75).Should().Be(3);
        double.IsNaN(WeightedQuantile.Lower([], [], 0.3)).Should().BeTrue();
        FluentActions.Invoking(() => WeightedQuantile.Lower([1], [1], double.NaN)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("share");
    }
}
