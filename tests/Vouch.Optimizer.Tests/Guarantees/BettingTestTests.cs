using Vouch.Optimizer.Guarantees;

namespace Vouch.Optimizer.Tests.Guarantees;

public sealed class BettingTestTests
{
    [Theory]
    [InlineData(30, 0.5)]
    [InlineData(100, 0.02)]
    [InlineData(300, 0.9)]
    [InlineData(300, 0.1)]
    public void Wealth_TrueMeanAtTheLevel_RejectsAtMostAsStated(int n, double p)
    {
        const int Runs = 4_000;
        var random = new Random(n);
        int rejected = 0;
        var values = new double[n];
        for (int run = 0; run < Runs; run++)
        {
            for (int i = 0; i < n; i++)
            {
                values[i] = random.NextDouble() < p ? 1 : 0;
            }

            rejected += BettingTest.Wealth(values, p, 0, 0.05) >= 20 - 1e-9 ? 1 : 0;
        }

        // Four standard errors above the promise.
        ((double)rejected / Runs).Should().BeLessThan(0.05 + (4 * Math.Sqrt(0.05 * 0.95 / Runs)));
    }

    [Fact]
    public void Wealth_SkewedDifferencesAtTheLevel_RejectsAtMostAsStated()
    {
        // Small sure gains and rare large losses with mean 0: where a normal test breaks its promise.
        const int Runs = 4_000;
        var random = new Random(5);
        int rejected = 0;
        int normal = 0;
        var values = new double[150];
        for (int run = 0; run < Runs; run++)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = random.NextDouble() < 0.02 ? -0.98 : 0.02;
            }

            rejected += BettingTest.Wealth(values, 0, -0.98, 0.05) >= 20 - 1e-9 ? 1 : 0;
            double mean = values.Average();
            double deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
            normal += deviation == 0 || mean / deviation * Math.Sqrt(values.Length) > 1.645 ? 1 : 0;
        }

        ((double)rejected / Runs).Should().BeLessThan(0.05 + (4 * Math.Sqrt(0.05 * 0.95 / Runs)));
        ((double)normal / Runs).Should().BeGreaterThan(0.08, "otherwise the case would show nothing");
    }

    [Fact]
    public void Wealth_ClearlyAbove_HasMostOfTheNormalTestsPower()
    {
        const int Runs = 1_000;
        const int N = 400;
        var random = new Random(6);
        int betting = 0;
        int normal = 0;
        var values = new double[N];
        for (int run = 0; run < Runs; run++)
        {
            for (int i = 0; i < N; i++)
            {
                values[i] = random.NextDouble() < 0.57 ? 1 : 0;
            }

            betting += BettingTest.Wealth(values, 0.5, 0, 0.05) >= 20 - 1e-9 ? 1 : 0;
            normal += (values.Average() - 0.5) / Math.Sqrt(0.25 / N) > 1.645 ? 1 : 0;
        }

        // The normal test finds 87 %; a mixture of fixed bets finds about 60 %.
        betting.Should().BeGreaterThan((int)(0.88 * normal));
    }

    [Fact]
    public void LowerBound_ManySamples_CoversTheMean()
    {
        var random = new Random(7);
        int missed = 0;
        double width = 0;
        var values = new double[200];
        for (int run = 0; run < 400; run++)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = random.NextDouble() * random.NextDouble();
            }

            double lower = BettingTest.LowerBound(values, 0, 1, 0.05);
            missed += lower > 0.25 ? 1 : 0;
            width += (0.25 - lower) / 400;
        }

        missed.Should().BeLessThan(38);
        width.Should().BeInRange(0.01, 0.06);
    }
}
