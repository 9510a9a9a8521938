using System.Numerics;
using Vouch.Statistics.Sampling;

namespace Vouch.Statistics.Tests.Sampling;

public class SamplingTests
{
    // Cochran (1977) and every textbook after it: 95 %, half width 5 points, p = 1/2 needs 385; with 1000 items 278.
    [Fact]
    public void Cochran_TextbookCase_IsItsSize()
    {
        SampleSize.Cochran(0.95, 0.05).Size.Should().Be(385);
        SampleSize.Cochran(0.95, 0.05, population: 1000).Size.Should().Be(278);
    }

    [Fact]
    public void Cochran_Extremes_StayInRange()
    {
        SampleSize.Cochran(0.95, 0.05, population: 1).Size.Should().Be(1);
        SampleSize.Cochran(0.999999, 1e-200, population: 12345).Size.Should().Be(12345);
        SampleSize.Cochran(0.999999, 1e-200).Size.Should().Be(long.MaxValue);
        SampleSize.Cochran(0.5, 0.999, 1e-6).Size.Should().Be(1);
        FluentActions.Invoking(() => SampleSize.Cochran(0.95, 0)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("margin");
        FluentActions.Invoking(() => SampleSize.Cochran(0.95, 0.1, population: 0)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("population");
    }

    // S. Wilks (1941): 59 observations show the worst 5 % with 95 % confidence, 299 the worst 1 %.
    [Fact]
    public void WithReplacement_WilksNumbers_Agree()
    {
        DetectionSize.WithReplacement(0.05, 0.95).Should().Be(59);
        DetectionSize.WithReplacement(0.01, 0.95).Should().Be(299);
        DetectionSize.WithReplacement(0.1, 0.19).Should().Be(2);
        DetectionSize.WithReplacement(1, 0.9).Should().Be(1);
    }

    [Fact]
    public void Find_AllSmallPopulations_IsTheExactMinimum()
    {
        (double Target, int Numerator, int Denominator)[] targets = [(0.5, 1, 2), (0.9, 9, 10), (0.95, 19, 20), (0.99, 99, 100), (0.3, 3, 10), (0.001, 1, 1000), (1, 1, 1)];
        for (int population = 1; population <= 60; population++)
        {
            for (int bad = 1; bad <= population; bad++)
            {
                foreach ((double target, int numerator, int denominator) in targets)
                {
                    // Chance to miss all: the product of (N - D - i) / (N - i).
                    var missed = BigInteger.One;
                    var all = BigInteger.One;
                    int size = 0;
                    while (missed * denominator > all * (denominator - numerator))
                    {
                        missed *= Math.Max(0, population - bad - size);
                        all *= population - size;
                        size++;
                    }

                    DetectionPlan plan = DetectionSize.Find(population, bad, target);

                    plan.Sample.Should().Be(size, $"N {population}, D {bad}, target {target}");
                    plan.Probability.Should().BeApproximately(1 - ((double)missed / (double)all), 1e-13);
                }
            }
        }
    }

    [Fact]
    public void Find_HugePopulations_IsMinimalAndFast()
    {
        foreach ((long population, long bad, double target) in new[]
        {
            (1_000_000_000_000L, 1_000_000L, 0.999), (long.MaxValue, long.MaxValue / 1000, 0.99), (1_000_000L, 1L, 0.123456), (1_000_000_000L, 500_000_000L, 1 - 1e-12),
        })
        {
            long size = DetectionSize.Find(population, bad, target).Sample;

            DetectionSize.Probability(population, bad, size).Should().BeGreaterThanOrEqualTo(target * (1 - 1e-12));
            DetectionSize.Probability(population, bad, size - 1).Should().BeLessThan(target);
        }

        DetectionSize.Find(1_000_000, 1, 0.123456).Sample.Should().Be(123_456);
    }

    [Fact]
    public void Find_BadArguments_Throw()
    {
        FluentActions.Invoking(() => DetectionSize.Find(10, 0, 0.9)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("bad");
        FluentActions.Invoking(() => DetectionSize.Find(10, 11, 0.9)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("bad");
        FluentActions.Invoking(() => DetectionSize.Find(0, 1, 0.9)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("population");
        FluentActions.Invoking(() => DetectionSize.Find(10, 1, 0)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("target");
        FluentActions.Invoking(() => DetectionSize.Find(10, 1, double.NaN)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("target");
        DetectionSize.Probability(10, 0, 5).Should().Be(0);
        DetectionSize.Probability(10, 3, 8).Should().Be(1);
    }

    // Sarmenta (2002), section 4: with f = 0.2 and a target of 0.01, 20 checks without blacklisting.
    [Fact]
    public void SpotChecks_SarmentasFormulas_Agree()
    {
        SpotCheck.ChecksWithoutBlacklisting(0.2, 0.01).Should().Be(20);
        SpotCheck.ChecksWithBlacklisting(0.2, 0.01).Should().Be((long)Math.Ceiling(0.2 / (0.8 * Math.E * 0.01)));
        SpotCheck.ChecksWithoutBlacklisting(0.5, 1e-300).Should().Be(long.MaxValue);
    }

    [Fact]
    public void Survival_SimulatedCheater_AgreesWithTheFormulas()
    {
        const int runs = 40_000;
        var random = new Random(14);
        int survivors = 0;
        long accepted = 0;
        for (int run = 0; run < runs; run++)
        {
            bool caught = false;
            for (int task = 0; task < 30 && !caught; task++)
            {
                caught = random.NextDouble() < 0.3 && random.NextDouble() < 0.1;
            }

            survivors += caught ? 0 : 1;
            while (random.NextDouble() >= 0.1)
            {
                accepted++;
            }
        }

        // Within five standard errors.
        ((double)survivors / runs).Should().BeApproximately(SpotCheck.Survival(0.1, 0.3, 30), 5 * 0.5 / Math.Sqrt(runs));
        ((double)accepted / runs).Should().BeApproximately(SpotCheck.ExpectedBadResultsBeforeCaught(0.1), 5 * 9.5 / Math.Sqrt(runs));
    }

    [Fact]
    public void Survival_Ends_AreExact()
    {
        SpotCheck.Survival(0, 1, 1000).Should().Be(1);
        SpotCheck.Survival(1, 1, 0).Should().Be(1);
        SpotCheck.Survival(1, 1, 3).Should().Be(0);
        SpotCheck.ExpectedBadResultsBeforeCaught(0).Should().Be(double.PositiveInfinity);
        SpotCheck.ExpectedBadResultsBeforeCaught(1).Should().Be(0);
        FluentActions.Invoking(() => SpotCheck.Survival(double.NaN, 1, 1)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("checkRate");
    }
}
