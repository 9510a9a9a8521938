namespace Vouch.TrustEngine.Consensus;

/// <summary>The logarithm of the gamma function and its derivative for positive arguments, to about 1e-10: fast enough for the inner loop of a fit.</summary>
internal static class GammaFunctions
{
    private const double HalfLogTwoPi = 0.918_938_533_204_672_7;
    private const double Shift = 8;
    private const double DigammaShift = 6;

    /// <summary>ln Γ(x): Stirling's series after moving x above 8.</summary>
    public static double Log(double x)
    {
        double product = 1;
        while (x < Shift)
        {
            product *= x;
            x += 1;
        }

        double inverse = 1 / x;
        double square = inverse * inverse;
        double series = inverse * ((1.0 / 12) - (square * ((1.0 / 360) - (square * ((1.0 / 1260) - (square / 1680))))));
        double result = ((x - 0.5) * Math.Log(x)) - x + HalfLogTwoPi + series;
        return product == 1 ? result : result - Math.Log(product);
    }

    /// <summary>The derivative of ln Γ(x): the asymptotic series after moving x above 6, the steps' reciprocals gathered into one fraction.</summary>
    public static double Digamma(double x)
    {
        double numerator = 0;
        double denominator = 1;
        while (x < DigammaShift)
        {
            numerator = (numerator * x) + denominator;
            denominator *= x;
            x += 1;
        }

        double inverse = 1 / x;
        double square = inverse * inverse;
        double series = square * ((1.0 / 12) - (square * ((1.0 / 120) - (square * ((1.0 / 252) - (square * ((1.0 / 240) - (square / 132))))))));
        return Math.Log(x) - (0.5 * inverse) - series - (numerator / denominator);
    }
}
