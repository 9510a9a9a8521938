using Vouch.Statistics.Location;

namespace Vouch.Statistics.Tests.Location;

public class TrimmedMeanTests
{
    [Fact]
    public void Of_RandomSamples_AgreesWithSorting()
    {
        var random = new Random(6);
        for (int round = 0; round < 1000; round++)
        {
            double[] values = [.. Enumerable.Range(0, random.Next(1, 150)).Select(_ => random.NextDouble() - 0.5)];
            double share = random.NextDouble() * 0.49;
            int cut = (int)(values.Length * share);

            TrimmedMean.Of(values, share).Should().BeApproximately(values.Order().Skip(cut).SkipLast(cut).Average(), 1e-14);
        }
    }

    [Fact]
    public void Of_Outliers_AreCut() => TrimmedMean.Of([1, 2, 3, 4, 1e300, double.NegativeInfinity], 0.2).Should().Be(2.5);

    [Fact]
    public void Of_CancellingValues_SumsExactly()
    {
        TrimmedMean.Of([1e308, 1e308, 1e308, -1e308], 0).Should().Be(5e307);
        TrimmedMean.Of([1e300, 3, -1e300], 0).Should().Be(1);
        TrimmedMean.Of([double.Epsilon, double.Epsilon], 0).Should().Be(double.Epsilon);
        TrimmedMean.Of([-3, -4, -5], 0).Should().Be(-4);
    }

    [Fact]
    public void Of_Ends_AreStated()
    {
        double.IsNaN(TrimmedMean.Of([], 0.1)).Should().BeTrue();
        TrimmedMean.Of([double.PositiveInfinity, 1], 0).Should().Be(double.PositiveInfinity);
        double.IsNaN(TrimmedMean.Of([double.PositiveInfinity, double.NegativeInfinity], 0)).Should().BeTrue();
        FluentActions.Invoking(() => TrimmedMean.Of([1], 0.5)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*[0, 0.5)*");
        FluentActions.Invoking(() => TrimmedMean.Of([double.NaN], 0)).Should().Throw<ArgumentException>().WithMessage("*index 0*");
    }
}
