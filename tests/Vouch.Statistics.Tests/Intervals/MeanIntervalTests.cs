using Vouch.Statistics.Intervals;

namespace Vouch.Statistics.Tests.Intervals;

public class MeanIntervalTests
{
    // Student (1908): Cushny and Peebles' additional hours of sleep, mean 1.58, standard deviation 1.23; R 4's t.test gives 0.7001142 to 2.4598858.
    private static readonly double[] Sleep = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4];

    [Fact]
    public void StudentT_SleepData_IsTheKnownInterval()
    {
        Interval interval = MeanInterval.StudentT(Sleep, 0.95);

        interval.Estimate.Should().BeApproximately(1.58, 1e-14);
        interval.Lower.Should().BeApproximately(0.7001142, 5e-8);
        interval.Upper.Should().BeApproximately(2.4598858, 5e-8);
        (interval.Method, interval.SampleSize).Should().Be((IntervalMethod.StudentT, 10L));
    }

    [Theory]
    [InlineData(1e9)]
    [InlineData(1e300)]
    [InlineData(1e-300)]
    public void StudentT_ScaledData_ScalesWithIt(double factor)
    {
        Interval interval = MeanInterval.StudentT(Array.ConvertAll(Sleep, value => value * factor), 0.95);

        interval.Lower.Should().BeApproximately(0.7001142 * factor, 5e-8 * factor);
        interval.Upper.Should().BeApproximately(2.4598858 * factor, 5e-8 * factor);
    }

    [Fact]
    public void StudentT_LargeOffset_KeepsTheVariance()
    {
        Interval interval = MeanInterval.StudentT([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16], 0.95);

        // NIST's numerical-accuracy example for the variance: standard deviation sqrt(30).
        interval.Width.Should().BeApproximately(2 * 3.182446305284263 * Math.Sqrt(30) / 2, 1e-6);
    }

    [Fact]
    public void StudentT_ConstantData_HasNoWidth()
    {
        MeanInterval.StudentT([3, 3, 3], 0.99).Width.Should().Be(0);
        MeanInterval.StudentT([0, 0], 0.99).Lower.Should().Be(0);
    }

    [Fact]
    public void Normal_KnownError_IsTheScoreTimesIt()
    {
        Interval interval = MeanInterval.Normal(10, 2, 25, 0.95);

        interval.Lower.Should().BeApproximately(10 - (2 * 1.959963984540054), 1e-14);
        interval.Upper.Should().BeApproximately(10 + (2 * 1.959963984540054), 1e-14);
        MeanInterval.StudentT(10, 2, long.MaxValue, 0.95).Width.Should().BeApproximately(4 * 1.959963984540054 / Math.Sqrt(long.MaxValue), 1e-15);
    }

    [Fact]
    public void Intervals_BadArguments_Throw()
    {
        FluentActions.Invoking(() => MeanInterval.StudentT([1], 0.95)).Should().Throw<ArgumentException>().WithMessage("*2 values*");
        FluentActions.Invoking(() => MeanInterval.StudentT([1, double.NaN], 0.95)).Should().Throw<ArgumentException>().WithMessage("*index 1*");
        FluentActions.Invoking(() => MeanInterval.StudentT([1, 2], 1)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("confidence");
        FluentActions.Invoking(() => MeanInterval.StudentT(0, -1, 5, 0.95)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("standardDeviation");
        FluentActions.Invoking(() => MeanInterval.Normal(double.NaN, 1, 5, 0.95)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("mean");
    }
}
