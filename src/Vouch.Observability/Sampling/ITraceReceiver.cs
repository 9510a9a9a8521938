namespace Vouch.Observability.Sampling;

/// <summary>Receives the traces that a host keeps; every receiver that is registered gets each of them.</summary>
public interface ITraceReceiver
{
    /// <summary>Receives a trace.</summary>
    /// <param name="trace">The trace and how many it stands for.</param>
    /// <remarks>Called on the thread that ended the trace, or the window of an adaptive sampler, outside any lock. Whatever it throws is logged and goes no further.</remarks>
    void Receive(SampledTrace<CollectedTrace> trace);
}
