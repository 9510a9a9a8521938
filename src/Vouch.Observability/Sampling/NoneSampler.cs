namespace Vouch.Observability.Sampling;

/// <summary>Keeps no trace.</summary>
public sealed class NoneSampler : ITraceSampler
{
    /// <inheritdoc/>
    public SamplingDecision? DecideAtStart(long randomness) => SamplingDecision.Drop;

    /// <inheritdoc/>
    public SamplingDecision Decide(in TraceSummary trace) => SamplingDecision.Drop;
}
