using Vouch.Statistics.Distributions;
using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Sampling;

/// <summary>A single sampling plan: check a sample, and accept the lot where at most so many of its items are bad.</summary>
/// <param name="SampleSize">The number of items to check, 1 or more.</param>
/// <param name="AcceptanceNumber">The largest number of bad items in the sample with which the lot is accepted, from 0 to one less than the sample.</param>
/// <remarks>Immutable and safe to share; its functions are pure.</remarks>
public readonly record struct AcceptancePlan(long SampleSize, long AcceptanceNumber)
{
    /// <summary>Gets the smallest number of bad items in the sample with which the lot is rejected.</summary>
    public long RejectionNumber => AcceptanceNumber + 1;

    /// <summary>The chance that a lot is accepted: the plan's operating characteristic for a stream of items, or lots far larger than the sample.</summary>
    /// <param name="badShare">The share of bad items, in [0, 1].</param>
    /// <returns>The binomial chance of at most <see cref="AcceptanceNumber"/> bad items, exact to rounding.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="badShare"/> is outside its range.</exception>
    public double ProbabilityOfAcceptance(double badShare)
    {
        Require.Probability(badShare);
        return BinomialDistribution.Cdf(AcceptanceNumber, SampleSize, badShare);
    }

    /// <summary>The chance that a lot of known size is accepted. A lot smaller than the sample is checked whole.</summary>
    /// <param name="lotSize">The number of items in the lot, 1 or more.</param>
    /// <param name="bad">The number of bad items among them, in [0, <paramref name="lotSize"/>].</param>
    /// <returns>The hypergeometric chance of at most <see cref="AcceptanceNumber"/> bad items, exact to rounding.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public double ProbabilityOfAcceptance(long lotSize, long bad)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lotSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(bad);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bad, lotSize);
        return HypergeometricDistribution.Cdf(AcceptanceNumber, lotSize, bad, Math.Min(SampleSize, lotSize));
    }
}
