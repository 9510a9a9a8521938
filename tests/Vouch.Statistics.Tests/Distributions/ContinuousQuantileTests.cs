using Vouch.Statistics.Distributions;

namespace Vouch.Statistics.Tests.Distributions;

public class ContinuousQuantileTests
{
    [Theory]
    [MemberData(nameof(HighPrecision.StudentTUpper), MemberType = typeof(HighPrecision))]
    public void StudentTUpperTail_HighPrecisionReference_Agrees(double t, double degreesOfFreedom, double expected)
    {
        StudentTDistribution.UpperTail(t, degreesOfFreedom).Should().BeApproximately(expected, 1e-12 * expected);
        StudentTDistribution.Cdf(-t, degreesOfFreedom).Should().Be(StudentTDistribution.UpperTail(t, degreesOfFreedom));
    }

    [Theory]
    [MemberData(nameof(HighPrecision.StudentTUpperQuantile), MemberType = typeof(HighPrecision))]
    public void StudentTUpperQuantile_HighPrecisionReference_Agrees(double q, double degreesOfFreedom, double expected) =>
        StudentTDistribution.UpperQuantile(q, degreesOfFreedom).Should().BeApproximately(expected, 1e-13 * expected);

    // NIST/SEMATECH e-Handbook of Statistical Methods, tables 1.3.6.7.1 to 1.3.6.7.4.
    [Fact]
    public void Quantile_HandbookTables_Agree()
    {
        NormalDistribution.Cdf(1.96).Should().BeApproximately(0.97500, 5e-6);
        StudentTDistribution.Quantile(0.975, 10).Should().BeApproximately(2.228, 5e-4);
        StudentTDistribution.Quantile(0.999, 1).Should().BeApproximately(318.313, 6e-3);
        ChiSquaredDistribution.Quantile(0.95, 10).Should().BeApproximately(18.307, 5e-4);
        ChiSquaredDistribution.Quantile(0.05, 20).Should().BeApproximately(10.851, 5e-4);
        FDistribution.Quantile(0.95, 10, 10).Should().BeApproximately(2.978, 5e-4);
        FDistribution.Quantile(0.99, 1, 5).Should().BeApproximately(16.258, 5e-4);
    }

    // mpmath 1.3.0, 40 digits.
    [Theory]
    [InlineData(0.975, 1.9599639845400542)]
    [InlineData(0.25, -0.6744897501960817)]
    [InlineData(1e-20, -9.26234008979840758)]
    [InlineData(1e-300, -37.0470962993611992)]
    public void NormalQuantile_KnownValues_Agree(double p, double expected) =>
        NormalDistribution.Quantile(p).Should().BeApproximately(expected, 4e-15 * Math.Abs(expected));

    [Fact]
    public void NormalQuantile_NextToTheMedian_KeepsItsDigits()
    {
        // Quantile(1/2 + d) = sqrt(2 pi) d (1 + pi d^2 / 3 + ...).
        for (double d = 1e-15; d < 1e-6; d *= 7)
        {
            double p = 0.5 + d;
            double expected = Math.Sqrt(2 * Math.PI) * (p - 0.5);
            NormalDistribution.Quantile(p).Should().BeApproximately(expected, 1e-11 * expected);
        }
    }

    [Fact]
    public void Quantile_RandomHostileParameters_IsTheInverse()
    {
        var random = new Random(20_260_101);
        for (int i = 0; i < 1000; i++)
        {
            double a = Math.Pow(10, (random.NextDouble() * 10) - 2);
            double b = Math.Pow(10, (random.NextDouble() * 10) - 2);
            double p = random.Next(3) == 0 ? Math.Pow(10, -random.NextDouble() * 200) : random.NextDouble();

            double f = FDistribution.Quantile(p, a, b);
            if (f is > 1e-290 and < 1e290)
            {
                Tail(p, FDistribution.Cdf(f, a, b), FDistribution.UpperTail(f, a, b), $"F {a:R} {b:R}");
            }

            double t = StudentTDistribution.Quantile(p, a);
            if (Math.Abs(t) < 1e290)
            {
                Tail(p, StudentTDistribution.Cdf(t, a), StudentTDistribution.UpperTail(t, a), $"t {a:R}");
            }

            double chi = ChiSquaredDistribution.Quantile(p, a);
            if (chi > 1e-290)
            {
                Tail(p, ChiSquaredDistribution.Cdf(chi, a), ChiSquaredDistribution.UpperTail(chi, a), $"chi2 {a:R}");
            }
        }

        static void Tail(double p, double lower, double upper, string what)
        {
            // The quantile's own rounding is magnified by up to z sqrt(shape): 30 * 1e4 * 1e-16 for the shapes here.
            if (p <= 0.5)
            {
                lower.Should().BeApproximately(p, 1e-9 * p, what);
            }
            else
            {
                upper.Should().BeApproximately(1 - p, 1e-9 * (1 - p), what);
            }
        }
    }

    [Fact]
    public void Quantile_Ends_AreTheSupport()
    {
        NormalDistribution.Quantile(0).Should().Be(double.NegativeInfinity);
        NormalDistribution.Quantile(1).Should().Be(double.PositiveInfinity);
        NormalDistribution.Quantile(0.5).Should().Be(0);
        double.IsNegative(NormalDistribution.Quantile(0.5)).Should().BeFalse();
        double.IsNegative(StudentTDistribution.Quantile(0.5, 3)).Should().BeFalse();
        StudentTDistribution.Quantile(0, 3).Should().Be(double.NegativeInfinity);
        StudentTDistribution.Quantile(0.5, 3).Should().Be(0);
        StudentTDistribution.Quantile(0.975, double.PositiveInfinity).Should().Be(NormalDistribution.Quantile(0.975));
        ChiSquaredDistribution.Quantile(0, 3).Should().Be(0);
        ChiSquaredDistribution.Quantile(1, 3).Should().Be(double.PositiveInfinity);
        BetaDistribution.Quantile(0, 2, 3).Should().Be(0);
        BetaDistribution.Quantile(1, 2, 3).Should().Be(1);
        FDistribution.Quantile(1, 2, 3).Should().Be(double.PositiveInfinity);
        FDistribution.Cdf(double.PositiveInfinity, 2, 3).Should().Be(1);
        ChiSquaredDistribution.Cdf(-1, 3).Should().Be(0);
    }

    [Fact]
    public void Quantile_TinyTails_AgreeWithClosedForms()
    {
        // Beta(1, b): 1 - (1 - p)^(1/b); Beta(a, 1): p^(1/a); chi-squared with 2 degrees: -2 log q; t with 1 degree: cot(pi q).
        BetaDistribution.Quantile(1e-250, 1, 7).Should().BeApproximately(1e-250 / 7, 1e-262);
        BetaDistribution.Quantile(1e-30, 0.25, 1).Should().BeApproximately(1e-120, 1e-132);
        ChiSquaredDistribution.UpperQuantile(1e-200, 2).Should().BeApproximately(400 * Math.Log(10), 1e-10);
        StudentTDistribution.UpperQuantile(1e-100, 1).Should().BeApproximately(1e100 / Math.PI, 1e87);
        StudentTDistribution.Quantile(0.75, 1).Should().BeApproximately(1, 1e-14);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void Quantile_NoProbability_Throws(double p)
    {
        FluentActions.Invoking(() => NormalDistribution.Quantile(p)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*[0, 1]*");
        FluentActions.Invoking(() => StudentTDistribution.Quantile(p, 1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => ChiSquaredDistribution.Quantile(p, 1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => BetaDistribution.Quantile(p, 1, 1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => FDistribution.UpperQuantile(p, 1, 1)).Should().Throw<ArgumentOutOfRangeException>();
    }
}
