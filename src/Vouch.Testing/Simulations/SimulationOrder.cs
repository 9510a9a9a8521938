namespace Vouch.Testing.Simulations;

/// <summary>Which of the things that may run a simulation runs next.</summary>
public enum SimulationOrder
{
    /// <summary>One drawn from the seed: another seed explores another interleaving.</summary>
    Seeded = 0,

    /// <summary>The one that waits longest: every seed has the same interleaving.</summary>
    FirstComeFirstServed,
}
