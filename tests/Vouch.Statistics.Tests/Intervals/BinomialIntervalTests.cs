using FsCheck;
using FsCheck.Fluent;
using Vouch.Statistics.Distributions;
using Vouch.Statistics.Intervals;
using Interval = Vouch.Statistics.Intervals.Interval;

namespace Vouch.Statistics.Tests.Intervals;

public class BinomialIntervalTests
{
    // R. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998), table I, methods 3 and 5.
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662, 0.2527, 0.3676)]
    [InlineData(15, 148, 0.0624, 0.1605, 0.0578, 0.1617)]
    [InlineData(0, 20, 0, 0.1611, 0, 0.1684)]
    [InlineData(1, 29, 0.0061, 0.1718, 0.0009, 0.1776)]
    public void Intervals_NewcombesExamples_Agree(long successes, long trials, double wilsonLower, double wilsonUpper, double exactLower, double exactUpper)
    {
        Interval wilson = BinomialInterval.Wilson(successes, trials, 0.95);
        wilson.Lower.Should().BeApproximately(wilsonLower, 5.1e-5);
        wilson.Upper.Should().BeApproximately(wilsonUpper, 5.1e-5);

        Interval exact = BinomialInterval.ClopperPearson(successes, trials, 0.95);
        exact.Lower.Should().BeApproximately(exactLower, 5.1e-5);
        exact.Upper.Should().BeApproximately(exactUpper, 5.1e-5);
    }

    [Fact]
    public void ClopperPearsonUpper_NoSuccess_IsTheClosedForm()
    {
        for (long trials = 1; trials <= 1_000_000_000_000; trials *= 10)
        {
            double expected = -Math.Exp(Math.Log(0.001) / trials) + 1;
            double bound = BinomialInterval.ClopperPearsonUpper(0, trials, 0.999);
            bound.Should().BeApproximately(expected, (1e-12 * expected) + 2e-16);
            BinomialInterval.ClopperPearsonLower(trials, trials, 0.999).Should().BeApproximately(1 - bound, 1e-12);
        }

        BinomialInterval.ClopperPearsonUpper(5, 5, 0.9).Should().Be(1);
        BinomialInterval.ClopperPearsonLower(0, 5, 0.9).Should().Be(0);
    }

    [Theory]
    [InlineData(10, 0.95)]
    [InlineData(37, 0.9)]
    [InlineData(200, 0.99)]
    public void ClopperPearson_AnyProportion_CoversAtLeastAsStated(int trials, double confidence)
    {
        Interval[] intervals = [.. Enumerable.Range(0, trials + 1).Select(k => BinomialInterval.ClopperPearson(k, trials, confidence))];
        for (double p = 0.005; p < 1; p += 0.0073)
        {
            double coverage = 0;
            for (int k = 0; k <= trials; k++)
            {
                coverage += intervals[k].Contains(p) ? BinomialDistribution.Probability(k, trials, p) : 0;
            }

            coverage.Should().BeGreaterThanOrEqualTo(confidence - 1e-12, $"p = {p}");
        }
    }

    [Fact]
    public void Intervals_AnyCounts_AreOrderedMirroredAndNested() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<(PositiveInt, NonNegativeInt, int)>(),
            draw =>
            {
                long trials = draw.Item1.Get;
                long successes = draw.Item2.Get % (trials + 1);
                double confidence = 0.5 + (Math.Abs(draw.Item3 % 490) / 1000.0);
                Func<long, long, double, Interval>[] methods = [BinomialInterval.Wilson, BinomialInterval.ClopperPearson, BinomialInterval.Jeffreys, BinomialInterval.AgrestiCoull];
                return Array.TrueForAll(methods, method =>
                {
                    Interval interval = method(successes, trials, confidence);
                    Interval mirror = method(trials - successes, trials, confidence);
                    Interval wider = method(successes, trials, confidence + 0.01);
                    return interval.Lower >= 0 && interval.Upper <= 1 && interval.Lower < interval.Upper
                        && Math.Abs(interval.Lower + mirror.Upper - 1) < 1e-12
                        && wider.Lower <= interval.Lower && wider.Upper >= interval.Upper
                        && interval.SampleSize == trials && interval.Confidence == confidence;
                });
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20_260_101UL, 1UL));

    [Fact]
    public void Intervals_HugeCounts_ShrinkLikeTheNormalOne()
    {
        const long trials = 1_000_000_000_000_000;
        const long successes = trials / 4;
        double half = 1.959963984540054 * Math.Sqrt(0.25 * 0.75 / trials);
        foreach (Interval interval in new[]
        {
            BinomialInterval.Wilson(successes, trials, 0.95), BinomialInterval.ClopperPearson(successes, trials, 0.95),
            BinomialInterval.Jeffreys(successes, trials, 0.95), BinomialInterval.AgrestiCoull(successes, trials, 0.95),
        })
        {
            interval.Lower.Should().BeApproximately(0.25 - half, 1e-7 * half);
            interval.Upper.Should().BeApproximately(0.25 + half, 1e-7 * half);
        }
    }

    [Fact]
    public void Interval_Evidence_IsCarried()
    {
        Interval interval = BinomialInterval.Wilson(190, 200, 0.95);

        (interval.Estimate, interval.Confidence, interval.SampleSize, interval.Method).Should().Be((0.95, 0.95, 200L, IntervalMethod.Wilson));
        interval.ToString().Should().Be("[0.910422, 0.972617] at 95 % (Wilson, n = 200)");
        interval.Width.Should().Be(interval.Upper - interval.Lower);
        interval.Contains(double.NaN).Should().BeFalse();
    }

    [Theory]
    [InlineData(-1, 10, 0.95)]
    [InlineData(11, 10, 0.95)]
    [InlineData(0, 0, 0.95)]
    [InlineData(1, 10, 0)]
    [InlineData(1, 10, 1)]
    [InlineData(1, 10, double.NaN)]
    public void Intervals_BadArguments_Throw(long successes, long trials, double confidence)
    {
        FluentActions.Invoking(() => BinomialInterval.Wilson(successes, trials, confidence)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => BinomialInterval.ClopperPearson(successes, trials, confidence)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => BinomialInterval.ClopperPearsonUpper(successes, trials, confidence)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => BinomialInterval.Jeffreys(successes, trials, confidence)).Should().Throw<ArgumentOutOfRangeException>();
    }
}
