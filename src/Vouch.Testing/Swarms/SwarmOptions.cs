using Vouch.Testing.Faults;
using Vouch.Testing.Simulations;

namespace Vouch.Testing.Swarms;

/// <summary>How a swarm of simulations runs.</summary>
public sealed class SwarmOptions
{
    /// <summary>Gets or sets the first seed; the others follow one by one.</summary>
    /// <value>Any number. The default is 1.</value>
    public ulong FirstSeed { get; set; } = 1;

    /// <summary>Gets or sets the kinds of faults to draw from. Each seed leaves a random half of them out.</summary>
    /// <value>The default is all kinds; none explores orders alone.</value>
    public IReadOnlyCollection<FaultKind> Kinds { get; set; } = FaultSchedule.AllKinds;

    /// <summary>Gets or sets how many faults a run has at most.</summary>
    /// <value>1 to 1000. The default is 6.</value>
    public int MaxFaults { get; set; } = 6;

    /// <summary>Gets or sets how many workers faults are drawn for.</summary>
    /// <value>1 or more. The default is 3. More faulty workers than the scenario has begin again at its first.</value>
    public int Workers { get; set; } = 3;

    /// <summary>Gets or sets the virtual time at which all faults are over.</summary>
    /// <value>10 ms to 1000 days. The default is 10 seconds.</value>
    public TimeSpan Horizon { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets on how many threads seeds run at the same time. The outcome does not depend on it, unless the scenario shares state between runs.</summary>
    /// <value>1 to 1024. The default is 1.</value>
    public int Threads { get; set; } = 1;

    /// <summary>Gets or sets how many runs the search for fewer and smaller faults may take after a failure.</summary>
    /// <value>0 or more. The default is 200.</value>
    public int MinimizingRuns { get; set; } = 200;

    /// <summary>Gets or sets how each simulation runs; its seed and its faults are the swarm's.</summary>
    /// <value>The default is the default.</value>
    public SimulationOptions Simulation { get; set; } = new();

    internal FaultSchedule Draw(ulong seed) => Kinds.Count == 0 ? FaultSchedule.None : FaultSchedule.Draw(seed, Kinds, MaxFaults, Workers, Horizon);

    internal void ThrowIfInvalid()
    {
        ArgumentNullException.ThrowIfNull(Kinds, nameof(Kinds));
        ArgumentNullException.ThrowIfNull(Simulation, nameof(Simulation));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFaults, 1, nameof(MaxFaults));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxFaults, 1000, nameof(MaxFaults));
        ArgumentOutOfRangeException.ThrowIfLessThan(Workers, 1, nameof(Workers));
        ArgumentOutOfRangeException.ThrowIfLessThan(Horizon, TimeSpan.FromMilliseconds(10), nameof(Horizon));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Horizon, Fault.LongestTime, nameof(Horizon));
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1, nameof(Threads));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Threads, 1024, nameof(Threads));
        ArgumentOutOfRangeException.ThrowIfNegative(MinimizingRuns, nameof(MinimizingRuns));
        Simulation.ThrowIfInvalid();
    }
}
