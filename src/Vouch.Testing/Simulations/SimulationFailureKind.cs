namespace Vouch.Testing.Simulations;

/// <summary>Why a simulation failed.</summary>
public enum SimulationFailureKind
{
    /// <summary>The scenario, an activity or a callback threw.</summary>
    Error = 0,

    /// <summary>A promise that the scenario stated does not hold.</summary>
    BrokenPromise,

    /// <summary>Nothing may run and no timer is set, but the scenario has not ended.</summary>
    Deadlock,

    /// <summary>Code left the simulation: it went on at another thread.</summary>
    Escape,

    /// <summary>The run took more steps than it may.</summary>
    StepLimit,

    /// <summary>More virtual time passed than may.</summary>
    TimeLimit,

    /// <summary>A step blocked the thread for longer than it may.</summary>
    Stall,

    /// <summary>The same seed did not give the same run twice.</summary>
    NotRepeatable,
}
