using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Sampling;

/// <summary>What a sampling plan is to promise, and what a check costs.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record SamplingGoal
{
    /// <summary>Gets the share of bad items that is still good.</summary>
    /// <value>A number in [0, 1), below <see cref="UnacceptableShare"/>. The default is 0.</value>
    public double AcceptableShare { get; init; }

    /// <summary>Gets the share of bad items from which on the lot must not pass.</summary>
    /// <value>A number in (0, 1).</value>
    public required double UnacceptableShare { get; init; }

    /// <summary>Gets the greatest chance of accepting a lot of the unacceptable share: the chance that something wrong is accepted.</summary>
    /// <value>A number in (0, 1).</value>
    public required double ConsumerRisk { get; init; }

    /// <summary>Gets the greatest chance of rejecting a lot of the acceptable share; null for no promise to the producer, which allows plans that reject at the first bad item.</summary>
    /// <value>A number in (0, 1) or null, the default. The two risks come to less than 1.</value>
    public double? ProducerRisk { get; init; }

    /// <summary>Gets the number of items in the lot, from which is drawn without replacement; null for a stream without end.</summary>
    /// <value>1 or more, or null, the default. Shares are rounded to whole items of it, the acceptable one down and the unacceptable one up.</value>
    public long? LotSize { get; init; }

    /// <summary>Gets the share of bad items for which the plan is to be cheapest.</summary>
    /// <value>A number in [0, 1], or null, the default, for the acceptable share: most lots should be good.</value>
    public double? ExpectedShare { get; init; }

    /// <summary>Gets what one check costs.</summary>
    /// <value>A finite number above 0, in the host's unit. The default is 1.</value>
    public double CostPerCheck { get; init; } = 1;

    /// <summary>Gets the largest number of checks that a plan may come to.</summary>
    /// <value>A number in [1, 1000000]. The default is 100,000.</value>
    public long LargestSample { get; init; } = 100_000;

    /// <summary>Gets whether checks are made one by one, so that a plan may end early.</summary>
    /// <value>True by default; false where checks run side by side.</value>
    public bool OneByOne { get; init; } = true;

    internal void Check()
    {
        Require.Confidence(UnacceptableShare, nameof(UnacceptableShare));
        Require.Confidence(ConsumerRisk, nameof(ConsumerRisk));
        Require.Positive(CostPerCheck, nameof(CostPerCheck));
        if (!(AcceptableShare >= 0 && AcceptableShare < UnacceptableShare))
        {
            Require.ThrowOutOfRange(nameof(AcceptableShare), AcceptableShare, "a number of 0 or more, below the unacceptable share");
        }

        if (ProducerRisk is { } risk && !(risk > 0 && risk < 1 - ConsumerRisk))
        {
            Require.ThrowOutOfRange(nameof(ProducerRisk), risk, "above 0, and with the consumer's risk below 1");
        }

        Require.Probability(ExpectedShare ?? 0, nameof(ExpectedShare));
        ArgumentOutOfRangeException.ThrowIfLessThan(LotSize ?? 1, 1, nameof(LotSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(LargestSample, 1, nameof(LargestSample));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(LargestSample, 1_000_000, nameof(LargestSample));
    }
}
