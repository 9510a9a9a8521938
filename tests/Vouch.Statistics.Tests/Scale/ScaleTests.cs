using Vouch.Statistics.Distributions;
using Vouch.Statistics.Scale;

namespace Vouch.Statistics.Tests.Scale;

public class ScaleTests
{
    [Fact]
    public void MedianAbsoluteDeviation_KnownExample_IsOne()
    {
        // The encyclopedic example: median 2, deviations 1 1 0 0 2 4 7, median deviation 1.
        MedianAbsoluteDeviation.Of([1, 1, 2, 2, 4, 6, 9], 1).Should().Be(1);
        MedianAbsoluteDeviation.Of([1, 1, 2, 2, 4, 6, 9]).Should().Be(MedianAbsoluteDeviation.NormalConsistency);
    }

    [Fact]
    public void Constants_NormalQuantile_AreItsReciprocals()
    {
        MedianAbsoluteDeviation.NormalConsistency.Should().BeApproximately(1 / NormalDistribution.Quantile(0.75), 1e-14);
        InterquartileRange.NormalConsistency.Should().BeApproximately(0.5 / NormalDistribution.Quantile(0.75), 1e-14);
    }

    [Fact]
    public void RousseeuwCroux_RandomSamples_AgreeWithTheDefinition()
    {
        var random = new Random(12);
        for (int round = 0; round < 400; round++)
        {
            double[] values = [.. Enumerable.Range(0, random.Next(2, 60)).Select(_ => (round % 3) switch
            {
                0 => random.NextDouble(),
                1 => random.Next(5),
                _ => Math.Pow(10, random.Next(-10, 10)) * (random.NextDouble() - 0.5),
            })];
            int n = values.Length;
            int h = (n / 2) + 1;
            double[] distances = [.. Enumerable.Range(0, n).SelectMany(i => Enumerable.Range(0, i).Select(j => Math.Abs(values[i] - values[j]))).Order()];
            double[] medians = [.. values.Select(x => values.Select(y => Math.Abs(x - y)).Order().ElementAt(n / 2)).Order()];

            RousseeuwCroux.QnRaw(values).Should().Be(distances[(h * (h - 1) / 2) - 1], $"n {n}");
            RousseeuwCroux.SnRaw(values).Should().Be(medians[((n + 1) / 2) - 1], $"n {n}");
        }
    }

    [Fact]
    public void Scales_LargeNormalSample_EstimateTheStandardDeviation()
    {
        const int n = 20_001;
        double[] values = [.. Enumerable.Range(1, n).Select(i => 5 + (3 * NormalDistribution.Quantile(i / (n + 1.0))))];

        MedianAbsoluteDeviation.Of(values).Should().BeApproximately(3, 0.01);
        (InterquartileRange.Of(values) * InterquartileRange.NormalConsistency).Should().BeApproximately(3, 0.01);
        RousseeuwCroux.Qn(values).Should().BeApproximately(3, 0.01);
        RousseeuwCroux.Sn(values).Should().BeApproximately(3, 0.01);
        Math.Sqrt(BiweightMidvariance.Of(values)).Should().BeApproximately(3, 0.05);
    }

    [Fact]
    public void Scales_FortyPercentOutliers_StayBounded()
    {
        var random = new Random(13);
        double[] values = [.. Enumerable.Range(0, 100).Select(i => i < 40 ? 1e12 * (1 + random.NextDouble()) : random.NextDouble())];

        MedianAbsoluteDeviation.Of(values).Should().BeLessThan(2);
        RousseeuwCroux.Qn(values).Should().BeLessThan(2);
        RousseeuwCroux.Sn(values).Should().BeLessThan(2);
        BiweightMidvariance.Of(values).Should().BeLessThan(4);
    }

    [Fact]
    public void BiweightMidvariance_SmallSample_AgreesWithTheFormulaByHand()
    {
        // Median 3, deviations 2 1 0 1 2, median deviation 1, u = x / 9: 5 sum x^2 (1 - u^2)^4 / (sum (1 - u^2)(1 - 5 u^2))^2.
        double far = 1 - (4 / 81.0);
        double near = 1 - (1 / 81.0);
        double numerator = 2 * ((4 * Math.Pow(far, 4)) + Math.Pow(near, 4));
        double denominator = 1 + (2 * ((far * (1 - (20 / 81.0))) + (near * (1 - (5 / 81.0)))));

        BiweightMidvariance.Of([5, 1, 4, 2, 3]).Should().BeApproximately(5 * numerator / (denominator * denominator), 1e-14);
    }

    [Fact]
    public void Scales_ConstantEmptyOrSingle_AreStated()
    {
        MedianAbsoluteDeviation.Of([7, 7, 7]).Should().Be(0);
        RousseeuwCroux.Qn([7, 7, 7]).Should().Be(0);
        RousseeuwCroux.Sn([7, 7, 7]).Should().Be(0);
        BiweightMidvariance.Of([7, 7, 7]).Should().Be(0);
        double.IsNaN(MedianAbsoluteDeviation.Of([])).Should().BeTrue();
        double.IsNaN(RousseeuwCroux.Qn([1])).Should().BeTrue();
        double.IsNaN(RousseeuwCroux.Sn([])).Should().BeTrue();
        double.IsNaN(InterquartileRange.Of([])).Should().BeTrue();
        MedianAbsoluteDeviation.Of([5]).Should().Be(0);
    }

    [Fact]
    public void RobustZScore_OutlierAndDegenerateSample_AreScored()
    {
        double[] scores = new double[7];
        RobustZScore.Of([1, 1, 2, 2, 4, 6, 9], scores);
        scores[6].Should().BeApproximately(7 / 1.4826022185056018, 1e-14);
        scores[2].Should().Be(0);

        RobustZScore.Of([3, 3, 3, 3, 4, 3, 2], scores);
        scores.Should().Equal(0, 0, 0, 0, double.PositiveInfinity, 0, double.NegativeInfinity);
    }

    [Fact]
    public void Scales_BadValues_ThrowWithTheIndex()
    {
        Action[] calls =
        [
            () => MedianAbsoluteDeviation.Of([1, double.PositiveInfinity]),
            () => RousseeuwCroux.Qn([1, double.NaN]),
            () => RousseeuwCroux.Sn([1, double.NaN]),
            () => BiweightMidvariance.Of([1, double.NaN]),
            () => InterquartileRange.Of([1, double.NaN]),
            () => RobustZScore.Of([1, double.NaN], new double[2]),
        ];
        foreach (Action call in calls)
        {
            call.Should().Throw<ArgumentException>().WithMessage("*index 1*");
        }

        FluentActions.Invoking(() => RobustZScore.Of([1], new double[2])).Should().Throw<ArgumentException>().WithParameterName("scores");
    }
}
