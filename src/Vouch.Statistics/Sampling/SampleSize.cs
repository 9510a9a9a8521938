using Vouch.Statistics.Distributions;
using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Sampling;

/// <summary>How many items to look at to estimate a proportion.</summary>
/// <remarks>Pure functions, safe to call from any thread, without allocation.</remarks>
public static class SampleSize
{
    /// <summary>Cochran's sample size with finite-population correction.</summary>
    /// <param name="confidence">The confidence of the estimate, in (0, 1).</param>
    /// <param name="margin">The half width of the estimate, in (0, 1).</param>
    /// <param name="proportion">The expected proportion, in (0, 1); 0.5 is the safe choice where nothing is known.</param>
    /// <param name="population">The number of items there are, 1 or more, or null where there is no limit.</param>
    /// <returns>The size and the figures behind it. Rests on the normal approximation; for proportions near 0 or 1 see <see cref="DetectionSize"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>Source: W. G. Cochran, <i>Sampling Techniques</i>, 3rd edition, Wiley, 1977, section 4.4.</remarks>
    public static CochranSize Cochran(double confidence, double margin, double proportion = 0.5, long? population = null)
    {
        Require.Confidence(confidence);
        Require.Confidence(margin);
        Require.Confidence(proportion);
        if (population is { } limit)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1, nameof(population));
        }

        double score = NormalDistribution.UpperQuantile((1 - confidence) / 2);
        double ratio = score / margin;
        double unlimited = ratio * (proportion * (1 - proportion)) * ratio;
        double corrected = unlimited;
        if (population is { } items)
        {
            // n0 / (1 + (n0 - 1) / N), written so that a huge n0 gives N.
            corrected = unlimited > 1e100 ? items : unlimited / (1 + ((unlimited - 1) / items));
        }

        double rounded = Math.Max(1, Math.Ceiling(corrected));
        long size = rounded >= long.MaxValue ? long.MaxValue : (long)rounded;
        return new CochranSize(Math.Min(size, population ?? long.MaxValue), corrected, unlimited, score, confidence, margin);
    }
}
