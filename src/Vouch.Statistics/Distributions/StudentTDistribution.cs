using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Distributions;

/// <summary>Student's t distribution.</summary>
/// <remarks>
/// Pure functions, safe to call from any thread, without allocation. Degrees of freedom need not be whole; above 1e17, infinity included, the normal
/// distribution answers.
/// </remarks>
public static class StudentTDistribution
{
    private const double AsGoodAsNormal = 1e17;

    /// <summary>The chance of a value of at most <paramref name="t"/>.</summary>
    /// <param name="t">A number; infinities give 0 and 1.</param>
    /// <param name="degreesOfFreedom">A number above 0, infinity included.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Cdf(double t, double degreesOfFreedom) => UpperTail(-t, degreesOfFreedom);

    /// <summary>The chance of a value above <paramref name="t"/>, without the rounding of 1 - Cdf.</summary>
    /// <param name="t">A number; infinities give 1 and 0.</param>
    /// <param name="degreesOfFreedom">A number above 0, infinity included.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double UpperTail(double t, double degreesOfFreedom)
    {
        Require.Number(t);
        Require.PositiveOrInfinite(degreesOfFreedom);
        if (degreesOfFreedom > AsGoodAsNormal)
        {
            return NormalDistribution.UpperTail(t);
        }

        if (t == 0 || double.IsInfinity(t))
        {
            return t == 0 ? 0.5 : t > 0 ? 0 : 1;
        }

        var beta = new BetaTails(degreesOfFreedom / 2, 0.5);
        double odds = t / degreesOfFreedom * t;
        Tails tails = odds is > 1e-300 and < 1e300
            ? beta.At(1 / (1 + odds), odds / (1 + odds))
            : beta.At(Math.Log(degreesOfFreedom) - (2 * Math.Log(Math.Abs(t))));
        return t > 0 ? tails.Lower / 2 : 0.5 + (tails.Upper / 2);
    }

    /// <summary>The value that the variable stays at or below with chance <paramref name="p"/>.</summary>
    /// <param name="p">A probability in [0, 1]; 0 and 1 give the infinities, 0.5 gives exactly 0.</param>
    /// <param name="degreesOfFreedom">A number above 0, infinity included.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Quantile(double p, double degreesOfFreedom)
    {
        Require.Probability(p);
        Require.PositiveOrInfinite(degreesOfFreedom);
        return p < 0.5 ? -FromUpper(p, degreesOfFreedom) : FromUpper(1 - p, degreesOfFreedom);
    }

    /// <summary>The value that the variable exceeds with chance <paramref name="q"/>; for small q, where 1 - q would round.</summary>
    /// <param name="q">A probability in [0, 1].</param>
    /// <param name="degreesOfFreedom">A number above 0, infinity included.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double UpperQuantile(double q, double degreesOfFreedom)
    {
        Require.Probability(q);
        Require.PositiveOrInfinite(degreesOfFreedom);
        return q <= 0.5 ? FromUpper(q, degreesOfFreedom) : -FromUpper(1 - q, degreesOfFreedom);
    }

    // q in [0, 1/2].
    private static double FromUpper(double q, double degreesOfFreedom)
    {
        if (degreesOfFreedom > AsGoodAsNormal)
        {
            return NormalDistribution.UpperQuantile(q);
        }

        if (q is 0 or 0.5)
        {
            return q == 0 ? double.PositiveInfinity : 0;
        }

        (double logit, double rest) = BetaDistribution.Logit(2 * q, 1 - (2 * q), degreesOfFreedom / 2, 0.5);
        return Math.Abs(logit) < 600
            ? Math.Sqrt(degreesOfFreedom * Math.Exp(-logit)) * (1 - (rest / 2))
            : Math.Exp((Math.Log(degreesOfFreedom) - logit) / 2);
    }
}
