using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Distributions;

/// <summary>Fisher's F distribution.</summary>
/// <remarks>Pure functions, safe to call from any thread, without allocation. Degrees of freedom need not be whole.</remarks>
public static class FDistribution
{
    /// <summary>The chance of a ratio of at most <paramref name="x"/>.</summary>
    /// <param name="x">A number; 0 below 0.</param>
    /// <param name="numeratorDegreesOfFreedom">A finite number above 0.</param>
    /// <param name="denominatorDegreesOfFreedom">A finite number above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Cdf(double x, double numeratorDegreesOfFreedom, double denominatorDegreesOfFreedom) =>
        At(x, numeratorDegreesOfFreedom, denominatorDegreesOfFreedom) is { } tails ? tails.Lower : x <= 0 ? 0 : 1;

    /// <summary>The chance of a ratio above <paramref name="x"/>.</summary>
    /// <param name="x">A number; 1 below 0.</param>
    /// <param name="numeratorDegreesOfFreedom">A finite number above 0.</param>
    /// <param name="denominatorDegreesOfFreedom">A finite number above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double UpperTail(double x, double numeratorDegreesOfFreedom, double denominatorDegreesOfFreedom) =>
        At(x, numeratorDegreesOfFreedom, denominatorDegreesOfFreedom) is { } tails ? tails.Upper : x <= 0 ? 1 : 0;

    /// <summary>The ratio that is not exceeded with chance <paramref name="p"/>.</summary>
    /// <param name="p">A probability in [0, 1]; 0 gives 0 and 1 gives infinity.</param>
    /// <param name="numeratorDegreesOfFreedom">A finite number above 0.</param>
    /// <param name="denominatorDegreesOfFreedom">A finite number above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Quantile(double p, double numeratorDegreesOfFreedom, double denominatorDegreesOfFreedom)
    {
        Require.Probability(p);
        return Solve(p, 1 - p, numeratorDegreesOfFreedom, denominatorDegreesOfFreedom);
    }

    /// <summary>The ratio that is exceeded with chance <paramref name="q"/>; for small q, where 1 - q would round.</summary>
    /// <param name="q">A probability in [0, 1].</param>
    /// <param name="numeratorDegreesOfFreedom">A finite number above 0.</param>
    /// <param name="denominatorDegreesOfFreedom">A finite number above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double UpperQuantile(double q, double numeratorDegreesOfFreedom, double denominatorDegreesOfFreedom)
    {
        Require.Probability(q);
        return Solve(1 - q, q, numeratorDegreesOfFreedom, denominatorDegreesOfFreedom);
    }

    private static Tails? At(double x, double numeratorDegreesOfFreedom, double denominatorDegreesOfFreedom)
    {
        Require.Number(x);
        Require.Positive(numeratorDegreesOfFreedom);
        Require.Positive(denominatorDegreesOfFreedom);
        if (x <= 0 || double.IsInfinity(x))
        {
            return null;
        }

        var beta = new BetaTails(numeratorDegreesOfFreedom / 2, denominatorDegreesOfFreedom / 2);
        double odds = numeratorDegreesOfFreedom / denominatorDegreesOfFreedom * x;
        return odds is > 0 and < double.PositiveInfinity
            ? beta.At(odds > 1 ? 1 / (1 + (1 / odds)) : odds / (1 + odds), odds > 1 ? 1 / odds / (1 + (1 / odds)) : 1 / (1 + odds))
            : beta.At(Math.Log(numeratorDegreesOfFreedom) - Math.Log(denominatorDegreesOfFreedom) + Math.Log(x));
    }

    private static double Solve(double p, double q, double numeratorDegreesOfFreedom, double denominatorDegreesOfFreedom)
    {
        Require.Positive(numeratorDegreesOfFreedom);
        Require.Positive(denominatorDegreesOfFreedom);
        (double logit, double rest) = BetaDistribution.Logit(p, q, numeratorDegreesOfFreedom / 2, denominatorDegreesOfFreedom / 2);
        double ratio = denominatorDegreesOfFreedom / numeratorDegreesOfFreedom;
        double odds = Math.Exp(logit);

        // Where a factor is out of range the product need not be.
        return ratio is > 1e-150 and < 1e150 && odds is > 1e-150 and < 1e150 ? odds * ratio * (1 + rest) : Math.Exp(logit + Math.Log(ratio));
    }
}
