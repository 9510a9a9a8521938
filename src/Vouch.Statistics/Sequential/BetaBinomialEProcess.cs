using Vouch.Statistics.Distributions;
using Vouch.Statistics.Intervals;
using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Sequential;

/// <summary>Evidence against a proportion that may be looked at after every observation: the beta-binomial likelihood ratio under a Beta(1/2, 1/2) mixture.</summary>
/// <remarks>
/// <para>If the true proportion is the null one, the chance that the e-value ever reaches 1 / alpha is at most alpha, however long one goes on and
/// whenever one stops (Ville's inequality).</para>
/// <para>One observer at a time: not safe for concurrent <see cref="Add"/>; the static functions are pure. Constant time, no allocation.</para>
/// <para>Sources: J. Ville, <i>Etude critique de la notion de collectif</i>, 1939; H. Robbins, <i>Statistical Methods Related to the Law of the Iterated
/// Logarithm</i>, Annals of Mathematical Statistics 41 (1970);
/// A. Ramdas, P. Grunwald, V. Vovk, G. Shafer, <i>Game-Theoretic Statistics and Safe Anytime-Valid Inference</i>, Statistical Science 38 (2023).</para>
/// </remarks>
public sealed class BetaBinomialEProcess
{
    private const double LogPi = 1.14472988584940017414;
    private const double LastNewton = 1e-15;

    /// <summary>Initializes a process without observations.</summary>
    /// <param name="nullProbability">The proportion to gather evidence against, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="nullProbability"/> is NaN or outside [0, 1].</exception>
    public BetaBinomialEProcess(double nullProbability)
    {
        Require.Probability(nullProbability);
        NullProbability = nullProbability;
    }

    /// <summary>Gets the proportion to gather evidence against.</summary>
    public double NullProbability { get; }

    /// <summary>Gets the number of observations so far.</summary>
    public long Trials { get; private set; }

    /// <summary>Gets the number of successes among them.</summary>
    public long Successes { get; private set; }

    /// <summary>Gets the logarithm of the e-value now; 0 before the first observation.</summary>
    public double LogEValue { get; private set; }

    /// <summary>Gets the logarithm of the largest e-value so far, 0 or more.</summary>
    public double LargestLogEValue { get; private set; }

    /// <summary>Gets a p-value that holds at any stopping time: 1 over the largest e-value so far.</summary>
    public double AnytimePValue => Math.Exp(-LargestLogEValue);

    /// <summary>Takes one observation.</summary>
    /// <param name="success">Whether it was a success.</param>
    /// <returns>The logarithm of the e-value.</returns>
    public double Add(bool success)
    {
        Trials++;
        Successes += success ? 1 : 0;
        LogEValue = LogEValueOf(Successes, Trials, NullProbability);
        LargestLogEValue = Math.Max(LargestLogEValue, LogEValue);
        return LogEValue;
    }

    /// <summary>Tells whether the null proportion is rejected, now or at an earlier observation, with a chance of error of at most alpha over all time.</summary>
    /// <param name="alpha">The chance of error, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> is outside (0, 1).</exception>
    public bool Rejects(double alpha)
    {
        Require.Confidence(alpha);
        return LargestLogEValue >= -Math.Log(alpha);
    }

    /// <summary>The confidence sequence after the observations so far.</summary>
    /// <param name="alpha">The chance that it misses the true proportion at any time, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> is outside (0, 1).</exception>
    public Interval ConfidenceInterval(double alpha) => ConfidenceSequence(Successes, Trials, alpha);

    /// <summary>The logarithm of the e-value of counts: log(B(k + 1/2, n - k + 1/2) / B(1/2, 1/2)) - k log p - (n - k) log(1 - p).</summary>
    /// <param name="successes">The number of successes k, in [0, <paramref name="trials"/>].</param>
    /// <param name="trials">The number of trials n, 0 or more.</param>
    /// <param name="nullProbability">The proportion p, in [0, 1].</param>
    /// <returns>The logarithm; infinity where the counts cannot occur under the null proportion.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double LogEValueOf(long successes, long trials, double nullProbability)
    {
        CheckCounts(successes, trials);
        Require.Probability(nullProbability);
        if (trials == 0)
        {
            return 0;
        }

        long failures = trials - successes;
        if (nullProbability is 0 or 1)
        {
            bool impossible = nullProbability == 0 ? successes > 0 : failures > 0;
            return impossible ? double.PositiveInfinity : SpecialFunctions.LogBeta(successes + 0.5, failures + 0.5) - LogPi;
        }

        // The density of Beta(k + 1/2, n - k + 1/2) is p^k (1 - p)^(n - k) / B up to a half of log p and log(1 - p): no large terms cancel.
        double opposite = 1 - nullProbability;
        double logDensity = new BetaTails(successes + 0.5, failures + 0.5).LogDensity(nullProbability, opposite);
        return (0.5 * (Math.Log(nullProbability) + Smooth.Log1P(-nullProbability))) - logDensity - LogPi;
    }

    /// <summary>The proportions that are not rejected: with chance 1 - alpha they include the true one at all times together.</summary>
    /// <param name="successes">The number of successes, in [0, <paramref name="trials"/>].</param>
    /// <param name="trials">The number of trials, 0 or more; without any the interval is [0, 1].</param>
    /// <param name="alpha">The chance that the sequence misses the true proportion at any time, in (0, 1).</param>
    /// <returns>The proportions whose e-value is below 1 / alpha. Intersecting the intervals of successive times keeps the promise.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static Interval ConfidenceSequence(long successes, long trials, double alpha)
    {
        CheckCounts(successes, trials);
        Require.Confidence(alpha);
        double lower = successes == 0 ? 0 : Bound(successes, trials - successes, alpha);
        double upper = successes == trials ? 1 : 1 - Bound(trials - successes, successes, alpha);
        return new Interval(lower, upper)
        {
            Estimate = trials == 0 ? double.NaN : (double)successes / trials,
            Confidence = 1 - alpha,
            SampleSize = trials,
            Method = IntervalMethod.BetaBinomialConfidenceSequence,
        };
    }

    // The lower end. In u = log(p / (1 - p)) the log e-value is convex, so a tangent never overshoots: Newton's method approaches the root from outside.
    private static double Bound(double successes, double failures, double alpha)
    {
        double n = successes + failures;
        var density = new BetaTails(successes + 0.5, failures + 0.5);
        double level = -Math.Log(alpha);
        double u = Math.Log(successes) - Math.Log(failures + 1);
        double last = double.PositiveInfinity;
        for (int i = 0; i < 200; i++)
        {
            double power = Math.Exp(-Math.Abs(u));
            double share = u < 0 ? power / (1 + power) : 1 / (1 + power);
            double logs = -Math.Abs(u) - (2 * Smooth.Log1P(power));
            double excess = (0.5 * logs) - density.LogDensity(u) - LogPi - level;
            double slope = u < 0 ? (n * share) - successes : failures - (n * (power / (1 + power)));
            double step = excess / slope;
            u -= step;
            double size = Math.Abs(step);
            if (size <= LastNewton * Math.Abs(u) || (size < 1e-9 && size >= last))
            {
                break;
            }

            last = size;
        }

        double end = Math.Exp(-Math.Abs(u));
        return u < 0 ? end / (1 + end) : 1 / (1 + end);
    }

    private static void CheckCounts(long successes, long trials)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trials);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
    }
}
