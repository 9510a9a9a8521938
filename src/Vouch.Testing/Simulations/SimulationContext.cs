namespace Vouch.Testing.Simulations;

/// <summary>Brings what is posted to a simulation into its queue. Continuations of a plain <c>await</c>, <c>Task.Yield</c> and <c>Progress</c> come this way.</summary>
internal sealed class SimulationContext(Simulation simulation) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => simulation.EnqueueFromAnywhere(d, state);

    /// <summary>Runs at once: everything that may run at all runs on the one thread.</summary>
    public override void Send(SendOrPostCallback d, object? state)
    {
        if (!simulation.IsOutside("SynchronizationContext.Send"))
        {
            d(state);
        }
    }

    public override SynchronizationContext CreateCopy() => this;
}
