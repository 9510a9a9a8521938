namespace Vouch.Observability.Sampling;

/// <summary>Decides about each trace by itself. For a budget that holds for all of them together see <see cref="AdaptiveSampler{T}"/>.</summary>
public interface ITraceSampler
{
    /// <summary>Decides when a trace begins, where nothing that is learnt later can change the decision.</summary>
    /// <param name="randomness">The trace's randomness, in [0, 2^56).</param>
    /// <returns>The decision, or null where the end of the trace has to be waited for.</returns>
    SamplingDecision? DecideAtStart(long randomness);

    /// <summary>Decides when a trace has ended.</summary>
    /// <param name="trace">The trace.</param>
    SamplingDecision Decide(in TraceSummary trace);
}
