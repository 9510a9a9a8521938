using System.Numerics;
using Vouch.Statistics.Distributions;

namespace Vouch.Statistics.Tests.Distributions;

public class CountDistributionTests
{
    [Fact]
    public void Binomial_SmallCases_AgreeWithExactSums()
    {
        // p = 3/10 as a fraction: C(n, k) 3^k 7^(n - k) / 10^n.
        for (int n = 0; n <= 40; n++)
        {
            BigInteger below = 0;
            for (int k = 0; k <= n; k++)
            {
                BigInteger term = Choose(n, k) * BigInteger.Pow(3, k) * BigInteger.Pow(7, n - k);
                below += term;
                double all = (double)BigInteger.Pow(10, n);
                BinomialDistribution.Probability(k, n, 0.3).Should().BeApproximately((double)term / all, 1e-13 * (double)term / all);
                BinomialDistribution.Cdf(k, n, 0.3).Should().BeApproximately((double)below / all, 1e-13 * (double)below / all);
                double above = (double)(BigInteger.Pow(10, n) - below) / all;
                BinomialDistribution.UpperTail(k, n, 0.3).Should().BeApproximately(above, 1e-13 * above);
            }
        }
    }

    [Fact]
    public void Hypergeometric_SmallCases_AgreeWithExactSums()
    {
        for (int population = 1; population <= 18; population++)
        {
            for (int marked = 0; marked <= population; marked++)
            {
                for (int sample = 0; sample <= population; sample++)
                {
                    BigInteger all = Choose(population, sample);
                    BigInteger below = 0;
                    for (int found = -1; found <= sample; found++)
                    {
                        BigInteger term = found < 0 ? 0 : Choose(marked, found) * Choose(population - marked, sample - found);
                        below += term;
                        HypergeometricDistribution.Probability(found, population, marked, sample).Should().BeApproximately((double)term / (double)all, 1e-13);
                        HypergeometricDistribution.Cdf(found, population, marked, sample).Should().BeApproximately((double)below / (double)all, 1e-13);
                        HypergeometricDistribution.UpperTail(found, population, marked, sample).Should().BeApproximately((double)(all - below) / (double)all, 1e-13);
                    }
                }
            }
        }
    }

    [Fact]
    public void Hypergeometric_FarTail_KeepsItsDigits()
    {
        // 30 of 30 marked items in a sample of 60 out of 10,000: the product of (60 - i) / (10000 - i).
        double expected = 1;
        for (int i = 0; i < 30; i++)
        {
            expected *= (60.0 - i) / (10_000 - i);
        }

        HypergeometricDistribution.UpperTail(29, 10_000, 30, 60).Should().BeApproximately(expected, 1e-12 * expected);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.5)]
    [InlineData(0.01)]
    public void Quantile_EveryCount_IsTheSmallestThatReaches(double probability)
    {
        const int trials = 60;
        for (int k = 0; k <= trials; k++)
        {
            double p = BinomialDistribution.Cdf(k, trials, probability);
            if (p <= 0.999)
            {
                BinomialDistribution.Quantile(p, trials, probability).Should().Be(k);
                BinomialDistribution.Quantile(p * (1 - 1e-9), trials, probability).Should().Be(k);
                BinomialDistribution.Quantile(p * (1 + 1e-9), trials, probability).Should().Be(k + 1);
            }

            double h = HypergeometricDistribution.Cdf(k, 200, 50, trials);
            if (h is > 1e-200 and <= 0.999)
            {
                HypergeometricDistribution.Quantile(h, 200, 50, trials).Should().Be(k);
                HypergeometricDistribution.Quantile(h * (1 + 1e-9), 200, 50, trials).Should().Be(k + 1);
            }
        }
    }

    [Fact]
    public void Binomial_HugeCounts_FollowTheNormalLimit()
    {
        // By symmetry exactly half, apart from half of the middle term.
        const long trials = 1_000_000_000_000;
        double middle = BinomialDistribution.Probability(trials / 2, trials, 0.5);
        middle.Should().BeApproximately(1 / Math.Sqrt(Math.PI * trials / 2), 1e-18);
        BinomialDistribution.Cdf(trials / 2, trials, 0.5).Should().BeApproximately(0.5 + (middle / 2), 1e-14);
        BinomialDistribution.Quantile(0.5, trials, 0.5).Should().Be(trials / 2);
    }

    [Fact]
    public void Ends_CertainEvents_AreExact()
    {
        BinomialDistribution.Cdf(3, 10, 0).Should().Be(1);
        BinomialDistribution.Cdf(3, 10, 1).Should().Be(0);
        BinomialDistribution.UpperTail(-1, 10, 0.5).Should().Be(1);
        BinomialDistribution.Probability(0, 0, 0.5).Should().Be(1);
        BinomialDistribution.Quantile(1, 10, 0).Should().Be(0);
        BinomialDistribution.Quantile(1, 10, 0.5).Should().Be(10);
        HypergeometricDistribution.Quantile(1, 10, 5, 8).Should().Be(5);
        HypergeometricDistribution.Quantile(0, 10, 5, 8).Should().Be(3);
    }

    [Fact]
    public void Arguments_OutOfRange_Throw()
    {
        FluentActions.Invoking(() => BinomialDistribution.Cdf(1, -1, 0.5)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => BinomialDistribution.Cdf(1, 5, double.NaN)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => HypergeometricDistribution.Cdf(1, 5, 6, 1)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("marked");
        FluentActions.Invoking(() => HypergeometricDistribution.Cdf(1, 5, 1, 6)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("sample");
    }

    private static BigInteger Choose(int n, int k)
    {
        if (k < 0 || k > n)
        {
            return 0;
        }

        var result = BigInteger.One;
        for (int i = 0; i < k; i++)
        {
            result = result * (n - i) / (i + 1);
        }

        return result;
    }
}
