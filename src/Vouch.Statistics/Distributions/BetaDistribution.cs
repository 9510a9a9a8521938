using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Distributions;

/// <summary>The beta distribution.</summary>
/// <remarks>Pure functions, safe to call from any thread, without allocation.</remarks>
public static class BetaDistribution
{
    /// <summary>The chance of a value of at most <paramref name="x"/>.</summary>
    /// <param name="x">A number; 0 below 0 and 1 above 1.</param>
    /// <param name="a">The first shape, a finite number above 0.</param>
    /// <param name="b">The second shape, a finite number above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Cdf(double x, double a, double b)
    {
        Check(x, a, b);
        return x <= 0 ? 0 : x >= 1 ? 1 : new BetaTails(a, b).At(x, 1 - x).Lower;
    }

    /// <summary>The chance of a value above <paramref name="x"/>.</summary>
    /// <param name="x">A number; 1 below 0 and 0 above 1.</param>
    /// <param name="a">The first shape, a finite number above 0.</param>
    /// <param name="b">The second shape, a finite number above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double UpperTail(double x, double a, double b)
    {
        Check(x, a, b);
        return x <= 0 ? 1 : x >= 1 ? 0 : new BetaTails(a, b).At(x, 1 - x).Upper;
    }

    /// <summary>The value that the variable stays at or below with chance <paramref name="p"/>.</summary>
    /// <param name="p">A probability in [0, 1]; 0 gives 0 and 1 gives 1.</param>
    /// <param name="a">The first shape, a finite number above 0.</param>
    /// <param name="b">The second shape, a finite number above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Quantile(double p, double a, double b)
    {
        Require.Probability(p);
        Check(0, a, b);
        return FromLogit(Logit(p, 1 - p, a, b));
    }

    /// <summary>The value that the variable exceeds with chance <paramref name="q"/>; for small q, where 1 - q would round.</summary>
    /// <param name="q">A probability in [0, 1].</param>
    /// <param name="a">The first shape, a finite number above 0.</param>
    /// <param name="b">The second shape, a finite number above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double UpperQuantile(double q, double a, double b)
    {
        Require.Probability(q);
        Check(0, a, b);
        return FromLogit(Logit(1 - q, q, a, b));
    }

    /// <summary>log(x / (1 - x)) of the quantile, which keeps its digits at both ends, and what is to be added to it.</summary>
    internal static (double Point, double Correction) Logit(double p, double q, double a, double b)
    {
        if (p == 0 || q == 0)
        {
            return (p == 0 ? double.NegativeInfinity : double.PositiveInfinity, 0);
        }

        double deviation = Math.Sqrt((1 / a) + (1 / b));
        double start = Math.Log(a / b) + (Math.Min(a, b) < 10 ? 0 : deviation * NormalDistribution.Guess(p, q));
        return QuantileSolver.Solve(new BetaTails(a, b), p, q, start, deviation);
    }

    private static double FromLogit((double Point, double Correction) logit)
    {
        double power = Math.Exp(-Math.Abs(logit.Point));
        double small = power / (1 + power);
        double large = 1 / (1 + power);

        // dx = x (1 - x) du.
        return (logit.Point < 0 ? small : large) + (small * large * logit.Correction);
    }

    private static void Check(double x, double a, double b)
    {
        Require.Number(x);
        Require.Positive(a);
        Require.Positive(b);
    }
}
