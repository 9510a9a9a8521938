using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Distributions;

/// <summary>The binomial distribution.</summary>
/// <remarks>Pure functions, safe to call from any thread, without allocation; constant time in the number of trials.</remarks>
public static class BinomialDistribution
{
    // A cumulated probability that misses the asked one by this factor or less has reached it, so that ties do not hang on the last bit.
    internal const double Tie = 1 - 1e-13;

    /// <summary>The chance of exactly <paramref name="successes"/>.</summary>
    /// <param name="successes">A count; 0 outside [0, <paramref name="trials"/>].</param>
    /// <param name="trials">The number of trials, 0 or more.</param>
    /// <param name="probability">The chance of success in one trial, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Probability(long successes, long trials, double probability)
    {
        Check(trials, probability);
        return successes < 0 || successes > trials ? 0 : Math.Exp(LogProbability(successes, trials, probability, 1 - probability));
    }

    /// <summary>The chance of at most <paramref name="successes"/>.</summary>
    /// <param name="successes">A count; 0 below 0.</param>
    /// <param name="trials">The number of trials, 0 or more.</param>
    /// <param name="probability">The chance of success in one trial, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Cdf(long successes, long trials, double probability)
    {
        Check(trials, probability);
        if (successes < 0)
        {
            return 0;
        }

        return successes >= trials || probability == 0 ? 1
            : probability == 1 ? 0
            : new BetaTails(successes + 1.0, trials - successes).At(probability, 1 - probability).Upper;
    }

    /// <summary>The chance of more than <paramref name="successes"/>, without the rounding of 1 - Cdf.</summary>
    /// <param name="successes">A count; 1 below 0.</param>
    /// <param name="trials">The number of trials, 0 or more.</param>
    /// <param name="probability">The chance of success in one trial, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double UpperTail(long successes, long trials, double probability)
    {
        Check(trials, probability);
        if (successes < 0)
        {
            return 1;
        }

        return successes >= trials || probability == 0 ? 0
            : probability == 1 ? 1
            : new BetaTails(successes + 1.0, trials - successes).At(probability, 1 - probability).Lower;
    }

    /// <summary>The smallest count that is not exceeded with chance <paramref name="p"/> or more.</summary>
    /// <param name="p">A probability in [0, 1]. A cumulated probability within 1e-13 (relative) of it counts as reached.</param>
    /// <param name="trials">The number of trials, 0 or more.</param>
    /// <param name="probability">The chance of success in one trial, in [0, 1].</param>
    /// <returns>A count in [0, <paramref name="trials"/>]; found in O(log trials) evaluations.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static long Quantile(double p, long trials, double probability)
    {
        Require.Probability(p);
        Check(trials, probability);
        if (p == 1 && probability > 0)
        {
            return trials;
        }

        long low = 0;
        long high = trials;
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            bool reached = p <= 0.5 ? Cdf(middle, trials, probability) >= p * Tie : UpperTail(middle, trials, probability) * Tie <= 1 - p;
            (low, high) = reached ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <summary>The logarithm of the chance of exactly k successes; q = 1 - p.</summary>
    /// <remarks>Source: C. Loader, <i>Fast and Accurate Computation of Binomial Probabilities</i>, 2000.</remarks>
    internal static double LogProbability(double k, double n, double p, double q)
    {
        if (k == 0)
        {
            return n == 0 ? 0 : n * (p < 0.5 ? Smooth.Log1P(-p) : Math.Log(q));
        }

        if (k == n)
        {
            return n * (q < 0.5 ? Smooth.Log1P(-q) : Math.Log(p));
        }

        if (p == 0 || q == 0)
        {
            return double.NegativeInfinity;
        }

        // x^a y^b / B(a, b) = a b / (a + b) * C(n, k) p^k q^(n - k).
        double other = n - k;
        return new BetaTails(k, other).LogDensity(p, q) - Math.Log(k) - Math.Log(other / n);
    }

    private static void Check(long trials, double probability)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trials);
        Require.Probability(probability);
    }
}
