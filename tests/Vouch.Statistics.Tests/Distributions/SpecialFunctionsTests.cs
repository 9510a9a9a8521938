using System.Numerics;
using Vouch.Statistics.Distributions;

namespace Vouch.Statistics.Tests.Distributions;

public class SpecialFunctionsTests
{
    private const double Precision = 1e-12;

    [Theory]
    [MemberData(nameof(HighPrecision.GammaLower), MemberType = typeof(HighPrecision))]
    public void GammaLowerRegularized_HighPrecisionReference_Agrees(double a, double x, double unused, double expected)
    {
        _ = unused;
        SpecialFunctions.GammaLowerRegularized(a, x).Should().BeApproximately(expected, Precision * expected);
    }

    [Theory]
    [MemberData(nameof(HighPrecision.GammaUpper), MemberType = typeof(HighPrecision))]
    public void GammaUpperRegularized_HighPrecisionReference_Agrees(double a, double x, double unused, double expected)
    {
        _ = unused;
        SpecialFunctions.GammaUpperRegularized(a, x).Should().BeApproximately(expected, Precision * expected);
    }

    [Theory]
    [MemberData(nameof(HighPrecision.BetaLower), MemberType = typeof(HighPrecision))]
    public void BetaRegularized_HighPrecisionReference_Agrees(double a, double b, double x, double expected) =>
        SpecialFunctions.BetaRegularized(a, b, x).Should().BeApproximately(expected, Precision * expected);

    [Theory]
    [MemberData(nameof(HighPrecision.BetaUpper), MemberType = typeof(HighPrecision))]
    public void UpperTail_HighPrecisionReference_Agrees(double a, double b, double x, double expected) =>
        BetaDistribution.UpperTail(x, a, b).Should().BeApproximately(expected, Precision * expected);

    [Fact]
    public void LogGamma_Factorials_AgreeWithExactIntegers()
    {
        var factorial = BigInteger.One;
        for (int n = 1; n <= 170; n++)
        {
            factorial *= n;
            double expected = BigInteger.Log(factorial);
            SpecialFunctions.LogGamma(n + 1).Should().BeApproximately(expected, 1e-14 * Math.Max(1, expected));
        }
    }

    [Fact]
    public void LogGamma_Half_IsHalfLogPi() => SpecialFunctions.LogGamma(0.5).Should().BeApproximately(Math.Log(Math.PI) / 2, 1e-15);

    [Theory]
    [InlineData(1e10, 1e10, -13862943621.44632, 1e-15)] // mpmath 1.3.0
    [InlineData(1e12, 3, -82.199916167228707, 1e-15)]
    [InlineData(1e6, 0.5, -6.335390211057437, 1e-15)]
    public void LogBeta_LargeShapes_LosesNothing(double a, double b, double expected, double precision)
    {
        SpecialFunctions.LogBeta(a, b).Should().BeApproximately(expected, 4 * precision * Math.Abs(expected));
        SpecialFunctions.LogBeta(b, a).Should().Be(SpecialFunctions.LogBeta(a, b));
    }

    [Fact]
    public void Functions_ArgumentsOutOfRange_Throw()
    {
        double[] bad = [double.NaN, double.PositiveInfinity, 0, -1];
        foreach (double shape in bad)
        {
            FluentActions.Invoking(() => SpecialFunctions.LogGamma(shape)).Should().Throw<ArgumentOutOfRangeException>();
            FluentActions.Invoking(() => SpecialFunctions.BetaRegularized(shape, 1, 0.5)).Should().Throw<ArgumentOutOfRangeException>();
            FluentActions.Invoking(() => SpecialFunctions.GammaLowerRegularized(shape, 1)).Should().Throw<ArgumentOutOfRangeException>();
        }

        FluentActions.Invoking(() => SpecialFunctions.GammaUpperRegularized(1, -1e-300)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => SpecialFunctions.BetaRegularized(1, 1, 1.0000001)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("x");
    }

    [Fact]
    public void Functions_Ends_AreExact()
    {
        SpecialFunctions.GammaLowerRegularized(3, 0).Should().Be(0);
        SpecialFunctions.GammaUpperRegularized(3, 0).Should().Be(1);
        SpecialFunctions.GammaUpperRegularized(3, double.PositiveInfinity).Should().Be(0);
        SpecialFunctions.BetaRegularized(3, 4, 0).Should().Be(0);
        SpecialFunctions.BetaRegularized(3, 4, 1).Should().Be(1);
    }
}
