namespace Vouch.Observability.Sampling;

/// <summary>Keeps a share of all traces, the same ones in every service with the same or a smaller share.</summary>
/// <param name="probability">The share, in [2^-56, 1].</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is outside the range.</exception>
public sealed class RandomSampler(double probability) : ITraceSampler
{
    /// <summary>Gets the threshold that stands for the share.</summary>
    public ConsistentThreshold Threshold { get; } = ConsistentThreshold.Of(probability);

    /// <inheritdoc/>
    public SamplingDecision? DecideAtStart(long randomness) => Threshold.Keeps(randomness) ? new SamplingDecision(true, Threshold.AdjustedCount) : SamplingDecision.Drop;

    /// <inheritdoc/>
    public SamplingDecision Decide(in TraceSummary trace) => Threshold.Keeps(trace.Randomness) ? new SamplingDecision(true, Threshold.AdjustedCount) : SamplingDecision.Drop;
}
