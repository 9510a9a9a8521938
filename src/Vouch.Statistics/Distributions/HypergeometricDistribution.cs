using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Distributions;

/// <summary>The hypergeometric distribution: marked items in a sample drawn without replacement.</summary>
/// <remarks>
/// Pure functions, safe to call from any thread, without allocation. A tail is summed outwards from the point by the ratio of neighbouring terms, in
/// O(standard deviation) time.
/// Source of the single probability: C. Loader, <i>Fast and Accurate Computation of Binomial Probabilities</i>, 2000, section 5.
/// </remarks>
public static class HypergeometricDistribution
{
    /// <summary>The chance of exactly <paramref name="found"/> marked items in the sample.</summary>
    /// <param name="found">A count; 0 where it cannot occur.</param>
    /// <param name="population">The number of items, 0 or more.</param>
    /// <param name="marked">The number of marked items among them, in [0, <paramref name="population"/>].</param>
    /// <param name="sample">The number of items drawn, in [0, <paramref name="population"/>].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Probability(long found, long population, long marked, long sample)
    {
        Check(population, marked, sample);
        return found < Least(population, marked, sample) || found > Math.Min(marked, sample) ? 0 : Math.Exp(LogProbability(found, population, marked, sample));
    }

    /// <summary>The chance of at most <paramref name="found"/> marked items in the sample.</summary>
    /// <param name="found">A count.</param>
    /// <param name="population">The number of items, 0 or more.</param>
    /// <param name="marked">The number of marked items among them, in [0, <paramref name="population"/>].</param>
    /// <param name="sample">The number of items drawn, in [0, <paramref name="population"/>].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Cdf(long found, long population, long marked, long sample)
    {
        Check(population, marked, sample);
        return Tail(found, population, marked, sample).Lower;
    }

    /// <summary>The chance of more than <paramref name="found"/> marked items in the sample, without the rounding of 1 - Cdf.</summary>
    /// <param name="found">A count.</param>
    /// <param name="population">The number of items, 0 or more.</param>
    /// <param name="marked">The number of marked items among them, in [0, <paramref name="population"/>].</param>
    /// <param name="sample">The number of items drawn, in [0, <paramref name="population"/>].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double UpperTail(long found, long population, long marked, long sample)
    {
        Check(population, marked, sample);
        return Tail(found, population, marked, sample).Upper;
    }

    /// <summary>The smallest count that is not exceeded with chance <paramref name="p"/> or more.</summary>
    /// <param name="p">A probability in [0, 1]. A cumulated probability within 1e-13 (relative) of it counts as reached.</param>
    /// <param name="population">The number of items, 0 or more.</param>
    /// <param name="marked">The number of marked items among them, in [0, <paramref name="population"/>].</param>
    /// <param name="sample">The number of items drawn, in [0, <paramref name="population"/>].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static long Quantile(double p, long population, long marked, long sample)
    {
        Require.Probability(p);
        Check(population, marked, sample);
        long low = Least(population, marked, sample);
        long high = Math.Min(marked, sample);
        if (p == 1)
        {
            return high;
        }

        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            (double lower, double upper) = Tail(middle, population, marked, sample);
            bool reached = p <= 0.5 ? lower >= p * BinomialDistribution.Tie : upper * BinomialDistribution.Tie <= 1 - p;
            (low, high) = reached ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    internal static double LogProbability(long found, long population, long marked, long sample)
    {
        if (sample == 0 || sample == population)
        {
            return 0;
        }

        double p = (double)sample / population;
        double q = (double)(population - sample) / population;
        return BinomialDistribution.LogProbability(found, marked, p, q)
            + BinomialDistribution.LogProbability(sample - found, population - marked, p, q)
            - BinomialDistribution.LogProbability(sample, population, p, q);
    }

    private static (double Lower, double Upper) Tail(long found, long population, long marked, long sample)
    {
        long least = Least(population, marked, sample);
        long most = Math.Min(marked, sample);
        if (found < least || found >= most)
        {
            return found < least ? (0, 1) : (1, 0);
        }

        double mean = (double)sample / population * marked;
        if (found < mean)
        {
            double lower = Sum(found, least, population, marked, sample);
            return (lower, 1 - lower);
        }

        double upper = Sum(found + 1, most, population, marked, sample);
        return (1 - upper, upper);
    }

    // The sum of the terms from one side of the mean outwards, which fall ever faster.
    private static double Sum(long from, long to, long population, long marked, long sample)
    {
        double term = 1;
        double sum = 1;
        long rest = population - marked - sample;
        for (long k = from; k != to && term > sum * 1e-17;)
        {
            if (to < from)
            {
                term *= k / (double)(marked - k + 1) * ((double)(rest + k) / (sample - k + 1));
                k--;
            }
            else
            {
                term *= (marked - k) / (k + 1.0) * ((double)(sample - k) / (rest + k + 1));
                k++;
            }

            sum += term;
        }

        return Math.Min(1, sum * Math.Exp(LogProbability(from, population, marked, sample)));
    }

    private static long Least(long population, long marked, long sample) => Math.Max(0, marked - (population - sample));

    private static void Check(long population, long marked, long sample)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(population);
        ArgumentOutOfRangeException.ThrowIfNegative(marked);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(marked, population);
        ArgumentOutOfRangeException.ThrowIfNegative(sample);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sample, population);
    }
}
