using System.Globalization;
using System.Numerics;
using Vouch.Statistics.Distributions;
using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Sampling;

/// <summary>How many items to look at to find at least one of the bad ones.</summary>
/// <remarks>
/// Pure functions, safe to call from any thread. The chance of missing all of D bad items among N with n draws is C(N - D, n) / C(N, n), the
/// hypergeometric probability of none; see
/// N. Johnson, A. Kemp, S. Kotz, <i>Univariate Discrete Distributions</i>, 3rd edition, Wiley, 2005, chapter 6.
/// </remarks>
public static class DetectionSize
{
    // Relative distance within which rounding could decide, and exact arithmetic does instead.
    private const double Doubt = 1e-10;
    private const int LargestExact = 200_000;

    /// <summary>The smallest sample, drawn without replacement, that holds at least one bad item with the asked chance.</summary>
    /// <param name="population">The number of items, 1 or more.</param>
    /// <param name="bad">The number of bad items among them, in [1, <paramref name="population"/>].</param>
    /// <param name="target">The chance to find one, in (0, 1]. It is read as the decimal number it prints as: 0.9 is nine tenths, not the double next to it.</param>
    /// <returns>The exact smallest size, which meets ties (a chance equal to the target suffices); O(log N), and exact rational arithmetic on close calls.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static DetectionPlan Find(long population, long bad, double target)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(population, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bad, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bad, population);
        if (!(target > 0 && target <= 1))
        {
            Require.ThrowOutOfRange(nameof(target), target, "a number in (0, 1]");
        }

        long low = 1;
        long high = population - bad + 1;
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            (low, high) = Reaches(population, bad, middle, target) ? (low, middle) : (middle + 1, high);
        }

        return new DetectionPlan(low, Probability(population, bad, low), target, population, bad);
    }

    /// <summary>The chance that a sample drawn without replacement holds at least one bad item.</summary>
    /// <param name="population">The number of items, 1 or more.</param>
    /// <param name="bad">The number of bad items among them, in [0, <paramref name="population"/>].</param>
    /// <param name="sample">The number of items drawn, in [0, <paramref name="population"/>].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Probability(long population, long bad, long sample)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(population, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(bad);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bad, population);
        ArgumentOutOfRangeException.ThrowIfNegative(sample);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sample, population);
        return -Smooth.ExpM1(LogMiss(population, bad, sample));
    }

    /// <summary>The smallest number of independent draws (with replacement, or from an unlimited population) that finds at least one bad item with the asked chance.</summary>
    /// <param name="badShare">The share of bad items, in (0, 1].</param>
    /// <param name="target">The chance to find one, in (0, 1); a chance within 1e-13 (relative, of missing) of it counts as reached.</param>
    /// <returns>A count of 1 or more; <see cref="long.MaxValue"/> where it is beyond that.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static long WithReplacement(double badShare, double target)
    {
        Require.Confidence(target);
        if (!(badShare > 0 && badShare <= 1))
        {
            Require.ThrowOutOfRange(nameof(badShare), badShare, "a number in (0, 1]");
        }

        return badShare == 1 ? 1 : Rounding.CeilingToLong(Smooth.Log1P(-target) / Smooth.Log1P(-badShare));
    }

    private static bool Reaches(long population, long bad, long sample, double target)
    {
        if (sample > population - bad || target == 1)
        {
            return sample > population - bad;
        }

        double distance = LogMiss(population, bad, sample) - Smooth.Log1P(-target);
        return Math.Abs(distance) > Doubt || Math.Min(bad, sample) > LargestExact
            ? distance <= 0
            : ReachesExactly(population, bad, sample, target);
    }

    // The logarithm of C(N - D, n) / C(N, n).
    private static double LogMiss(long population, long bad, long sample)
    {
        if (sample > population - bad)
        {
            return double.NegativeInfinity;
        }

        // Few factors: their product, which keeps every digit. D and n may be exchanged.
        long few = Math.Min(bad, sample);
        long many = Math.Max(bad, sample);
        if (few > 1000)
        {
            return HypergeometricDistribution.LogProbability(0, population, bad, sample);
        }

        double log = 0;
        for (long i = 0; i < few; i++)
        {
            log += Smooth.Log1P(-(double)many / (population - i));
        }

        return log;
    }

    private static bool ReachesExactly(long population, long bad, long sample, double target)
    {
        long few = Math.Min(bad, sample);
        long many = Math.Max(bad, sample);
        BigInteger missed = Product(population - many - few + 1, population - many);
        BigInteger all = Product(population - few + 1, population);
        (BigInteger share, BigInteger unit) = Decimal(target);
        return missed * unit <= (unit - share) * all;
    }

    private static BigInteger Product(long from, long to)
    {
        if (to - from < 8)
        {
            BigInteger product = BigInteger.One;
            for (long i = from; i <= to; i++)
            {
                product *= i;
            }

            return product;
        }

        long middle = from + ((to - from) / 2);
        return Product(from, middle) * Product(middle + 1, to);
    }

    // The shortest decimal that reads back as the number, as a fraction.
    private static (BigInteger Numerator, BigInteger Denominator) Decimal(double number)
    {
        string shortest = number.ToString("R", CultureInfo.InvariantCulture);
        int exponentAt = shortest.IndexOf('E', StringComparison.Ordinal);
        int exponent = exponentAt < 0 ? 0 : int.Parse(shortest.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string digits = exponentAt < 0 ? shortest : shortest[..exponentAt];
        int point = digits.IndexOf('.', StringComparison.Ordinal);
        int decimals = point < 0 ? 0 : digits.Length - point - 1;
        var mantissa = BigInteger.Parse(digits.Replace(".", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture);
        int shift = decimals - exponent;
        return shift >= 0 ? (mantissa, BigInteger.Pow(10, shift)) : (mantissa * BigInteger.Pow(10, -shift), BigInteger.One);
    }
}
