using Vouch.Statistics.Distributions;
using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Intervals;

/// <summary>Confidence intervals for a proportion, from a count of successes among independent trials.</summary>
/// <remarks>
/// Pure functions, safe to call from any thread, without allocation; constant time in the number of trials. For a promise take <see
/// cref="ClopperPearson"/>, which covers at
/// least as stated; the others are shorter and cover as stated on average. Bounds lie in [0, 1].
/// </remarks>
public static class BinomialInterval
{
    /// <summary>Wilson's score interval.</summary>
    /// <param name="successes">The number of successes, in [0, <paramref name="trials"/>].</param>
    /// <param name="trials">The number of trials, 1 or more.</param>
    /// <param name="confidence">The chance of covering the true proportion, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>
    /// Source: E. B. Wilson, <i>Probable Inference, the Law of Succession, and Statistical Inference</i>, JASA 22 (1927). Without continuity correction.
    /// </remarks>
    public static Interval Wilson(long successes, long trials, double confidence)
    {
        Check(successes, trials, confidence);
        double z = Score(confidence);
        double n = trials;
        double squared = z * z;
        double spread = z * Math.Sqrt((successes * ((trials - successes) / n)) + (squared / 4));

        // Each bound as the small root's quotient: (k + z^2/2 - spread) cancels near 0, so the bound is taken as k^2 / n over the other root.
        double lower = successes == 0 ? 0 : successes / n * successes / (successes + (squared / 2) + spread);
        double failures = trials - successes;
        double upper = successes == trials ? 1 : 1 - (failures / n * failures / (failures + (squared / 2) + spread));
        return Make(lower, upper, successes, trials, confidence, IntervalMethod.Wilson);
    }

    /// <summary>Clopper and Pearson's exact interval: it covers the true proportion with at least the stated confidence, whatever it is.</summary>
    /// <param name="successes">The number of successes, in [0, <paramref name="trials"/>].</param>
    /// <param name="trials">The number of trials, 1 or more.</param>
    /// <param name="confidence">The chance of covering the true proportion, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>Source: C. J. Clopper, E. S. Pearson, Biometrika 26 (1934); as quantiles of the beta distribution.</remarks>
    public static Interval ClopperPearson(long successes, long trials, double confidence)
    {
        Check(successes, trials, confidence);
        double tail = (1 - confidence) / 2;
        return Make(Below(successes, trials, tail), Above(successes, trials, tail), successes, trials, confidence, IntervalMethod.ClopperPearson);
    }

    /// <summary>The one-sided exact upper bound: the true proportion lies at or below it with at least the stated confidence.</summary>
    /// <param name="successes">The number of successes, in [0, <paramref name="trials"/>].</param>
    /// <param name="trials">The number of trials, 1 or more.</param>
    /// <param name="confidence">The confidence of the bound, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>Source: C. J. Clopper, E. S. Pearson, Biometrika 26 (1934). With no success among n trials this is 1 - (1 - confidence)^(1/n).</remarks>
    public static double ClopperPearsonUpper(long successes, long trials, double confidence)
    {
        Check(successes, trials, confidence);
        return Above(successes, trials, 1 - confidence);
    }

    /// <summary>The one-sided exact lower bound: the true proportion lies at or above it with at least the stated confidence.</summary>
    /// <param name="successes">The number of successes, in [0, <paramref name="trials"/>].</param>
    /// <param name="trials">The number of trials, 1 or more.</param>
    /// <param name="confidence">The confidence of the bound, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>Source: C. J. Clopper, E. S. Pearson, Biometrika 26 (1934).</remarks>
    public static double ClopperPearsonLower(long successes, long trials, double confidence)
    {
        Check(successes, trials, confidence);
        return Below(successes, trials, 1 - confidence);
    }

    /// <summary>The equal-tailed posterior interval under Jeffreys' prior, Beta(1/2, 1/2).</summary>
    /// <param name="successes">The number of successes, in [0, <paramref name="trials"/>].</param>
    /// <param name="trials">The number of trials, 1 or more.</param>
    /// <param name="confidence">The posterior probability of the interval, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>
    /// Source: L. Brown, T. Cai, A. DasGupta, <i>Interval Estimation for a Binomial Proportion</i>, Statistical Science 16 (2001); without their change
    /// at 0 and n, so both bounds lie strictly inside (0, 1).
    /// </remarks>
    public static Interval Jeffreys(long successes, long trials, double confidence)
    {
        Check(successes, trials, confidence);
        double tail = (1 - confidence) / 2;
        double a = successes + 0.5;
        double b = trials - successes + 0.5;
        return Make(BetaDistribution.Quantile(tail, a, b), BetaDistribution.UpperQuantile(tail, a, b), successes, trials, confidence, IntervalMethod.Jeffreys);
    }

    /// <summary>Agresti and Coull's interval: the plain normal interval around the middle of Wilson's, cut to [0, 1].</summary>
    /// <param name="successes">The number of successes, in [0, <paramref name="trials"/>].</param>
    /// <param name="trials">The number of trials, 1 or more.</param>
    /// <param name="confidence">The chance of covering the true proportion, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>Source: A. Agresti, B. Coull, <i>Approximate Is Better than "Exact"</i>, The American Statistician 52 (1998).</remarks>
    public static Interval AgrestiCoull(long successes, long trials, double confidence)
    {
        Check(successes, trials, confidence);
        double z = Score(confidence);
        double n = trials + (z * z);
        double middle = (successes + (z * z / 2)) / n;
        double opposite = (trials - successes + (z * z / 2)) / n;
        double half = z * Math.Sqrt(middle * opposite / n);
        return Make(Math.Max(0, middle - half), Math.Min(1, middle + half), successes, trials, confidence, IntervalMethod.AgrestiCoull);
    }

    private static double Below(long successes, long trials, double tail) =>
        successes == 0 ? 0 : BetaDistribution.Quantile(tail, successes, trials - successes + 1.0);

    private static double Above(long successes, long trials, double tail) =>
        successes == trials ? 1 : BetaDistribution.UpperQuantile(tail, successes + 1.0, trials - successes);

    private static double Score(double confidence) => NormalDistribution.UpperQuantile((1 - confidence) / 2);

    private static void Check(long successes, long trials, double confidence)
    {
        Require.Counts(successes, trials);
        Require.Confidence(confidence);
    }

    private static Interval Make(double lower, double upper, long successes, long trials, double confidence, IntervalMethod method) =>
        new(lower, upper) { Estimate = (double)successes / trials, Confidence = confidence, SampleSize = trials, Method = method };
}
