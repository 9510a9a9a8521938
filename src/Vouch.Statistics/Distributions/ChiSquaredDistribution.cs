using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Distributions;

/// <summary>The chi-squared distribution.</summary>
/// <remarks>Pure functions, safe to call from any thread, without allocation. Degrees of freedom need not be whole.</remarks>
public static class ChiSquaredDistribution
{
    /// <summary>The chance of a value of at most <paramref name="x"/>.</summary>
    /// <param name="x">A number; 0 below 0.</param>
    /// <param name="degreesOfFreedom">A finite number above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Cdf(double x, double degreesOfFreedom)
    {
        Require.Number(x);
        Require.Positive(degreesOfFreedom);
        return SpecialFunctions.GammaLowerRegularized(degreesOfFreedom / 2, Math.Max(x, 0) / 2);
    }

    /// <summary>The chance of a value above <paramref name="x"/>.</summary>
    /// <param name="x">A number; 1 below 0.</param>
    /// <param name="degreesOfFreedom">A finite number above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double UpperTail(double x, double degreesOfFreedom)
    {
        Require.Number(x);
        Require.Positive(degreesOfFreedom);
        return SpecialFunctions.GammaUpperRegularized(degreesOfFreedom / 2, Math.Max(x, 0) / 2);
    }

    /// <summary>The value that the variable stays at or below with chance <paramref name="p"/>.</summary>
    /// <param name="p">A probability in [0, 1]; 0 gives 0 and 1 gives infinity.</param>
    /// <param name="degreesOfFreedom">A finite number above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Quantile(double p, double degreesOfFreedom)
    {
        Require.Probability(p);
        Require.Positive(degreesOfFreedom);
        return Solve(p, 1 - p, degreesOfFreedom);
    }

    /// <summary>The value that the variable exceeds with chance <paramref name="q"/>; for small q, where 1 - q would round.</summary>
    /// <param name="q">A probability in [0, 1].</param>
    /// <param name="degreesOfFreedom">A finite number above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double UpperQuantile(double q, double degreesOfFreedom)
    {
        Require.Probability(q);
        Require.Positive(degreesOfFreedom);
        return Solve(1 - q, q, degreesOfFreedom);
    }

    private static double Solve(double p, double q, double degreesOfFreedom)
    {
        if (p == 0 || q == 0)
        {
            return p == 0 ? 0 : double.PositiveInfinity;
        }

        double a = degreesOfFreedom / 2;
        double deviation = 1 / Math.Sqrt(a);
        double start = Math.Log(a) + (a < 10 ? 0 : deviation * NormalDistribution.Guess(p, q));
        (double u, double rest) = QuantileSolver.Solve(new GammaTails(a), p, q, start, deviation);
        return 2 * Math.Exp(u) * (1 + rest);
    }
}
