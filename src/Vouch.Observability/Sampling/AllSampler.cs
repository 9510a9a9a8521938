namespace Vouch.Observability.Sampling;

/// <summary>Keeps every trace.</summary>
public sealed class AllSampler : ITraceSampler
{
    /// <inheritdoc/>
    public SamplingDecision? DecideAtStart(long randomness) => SamplingDecision.Certain;

    /// <inheritdoc/>
    public SamplingDecision Decide(in TraceSummary trace) => SamplingDecision.Certain;
}
