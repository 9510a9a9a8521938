using Vouch.Statistics.Numerics;
using MathNetFunctions = MathNet.Numerics.SpecialFunctions;

namespace Vouch.Statistics.Distributions;

/// <summary>The standard normal distribution.</summary>
/// <remarks>Pure functions, safe to call from any thread, without allocation. Relative accuracy 1e-13 in either tail down to the smallest normal number.</remarks>
public static class NormalDistribution
{
    /// <summary>The density at <paramref name="z"/>.</summary>
    /// <param name="z">A number; infinities give 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="z"/> is NaN.</exception>
    public static double Density(double z)
    {
        Require.Number(z);
        return Math.Exp((-z * z / 2) - Smooth.HalfLogTwoPi);
    }

    /// <summary>The chance of a value of at most <paramref name="z"/>.</summary>
    /// <param name="z">A number; infinities give 0 and 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="z"/> is NaN.</exception>
    public static double Cdf(double z) => UpperTail(-z);

    /// <summary>The chance of a value above <paramref name="z"/>, without the rounding of 1 - Cdf.</summary>
    /// <param name="z">A number; infinities give 1 and 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="z"/> is NaN.</exception>
    public static double UpperTail(double z)
    {
        Require.Number(z);
        if (z == 0)
        {
            return 0.5;
        }

        double x = z * z / 2;
        if (x == 0 || double.IsInfinity(x))
        {
            return x == 0 ? 0.5 : z > 0 ? 0 : 1;
        }

        Tails tails = new GammaTails(0.5).At(x, Math.Log(x));
        return z > 0 ? tails.Upper / 2 : 0.5 + (tails.Lower / 2);
    }

    /// <summary>The value that a normal variable stays at or below with chance <paramref name="p"/>.</summary>
    /// <param name="p">A probability in [0, 1]; 0 and 1 give the infinities, 0.5 gives exactly 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> is NaN or outside [0, 1].</exception>
    public static double Quantile(double p)
    {
        Require.Probability(p);
        return p < 0.5 ? -FromUpper(p) : FromUpper(1 - p);
    }

    /// <summary>The value that a normal variable exceeds with chance <paramref name="q"/>; for small q, where 1 - q would round.</summary>
    /// <param name="q">A probability in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="q"/> is NaN or outside [0, 1].</exception>
    public static double UpperQuantile(double q)
    {
        Require.Probability(q);
        return q <= 0.5 ? FromUpper(q) : -FromUpper(1 - q);
    }

    /// <summary>A quantile good enough to start a search from; p + q = 1.</summary>
    internal static double Guess(double p, double q) => p <= q ? -Math.Sqrt(2) * MathNetFunctions.ErfcInv(2 * p) : Math.Sqrt(2) * MathNetFunctions.ErfcInv(2 * q);

    // q in [0, 1/2].
    private static double FromUpper(double q)
    {
        if (q is 0 or 0.5)
        {
            return q == 0 ? double.PositiveInfinity : 0;
        }

        double z = Math.Sqrt(2) * MathNetFunctions.ErfcInv(2 * q);
        if (!(z > 0.1 && z < 38))
        {
            // MathNet loses digits close to the median; there the lower tail of z^2 carries them.
            var gamma = new GammaTails(0.5);
            double start = q > 0.25 ? -1 : Math.Log(-Math.Log(q));
            (double u, double rest) = QuantileSolver.Solve(gamma, 1 - (2 * q), 2 * q, start, 1);
            return Math.Sqrt(2) * Math.Exp((u + rest) / 2);
        }

        // One Newton step on the logarithm of the tail.
        double tail = UpperTail(z);
        return z + (Math.Log(tail / q) * tail / Density(z));
    }
}
