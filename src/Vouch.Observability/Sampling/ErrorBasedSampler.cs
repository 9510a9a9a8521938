namespace Vouch.Observability.Sampling;

/// <summary>Keeps every trace that failed or was slow, and a share of the others.</summary>
/// <param name="probability">The share of the others, in [2^-56, 1].</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is outside the range.</exception>
/// <remarks>What it keeps grows with the failures: a storm of errors is kept whole. Where a budget has to hold, use <see cref="AdaptiveSampler{T}"/>.</remarks>
public sealed class ErrorBasedSampler(double probability) : ITraceSampler
{
    private readonly ConsistentThreshold _threshold = ConsistentThreshold.Of(probability);

    /// <inheritdoc/>
    public SamplingDecision? DecideAtStart(long randomness) => null;

    /// <inheritdoc/>
    public SamplingDecision Decide(in TraceSummary trace) =>
        trace.HasError || trace.IsSlow ? SamplingDecision.Certain
        : _threshold.Keeps(trace.Randomness) ? new SamplingDecision(true, _threshold.AdjustedCount)
        : SamplingDecision.Drop;
}
