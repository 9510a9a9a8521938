using Vouch.Testing.Faults;

namespace Vouch.Testing.Simulations;

/// <summary>How a simulation runs.</summary>
public sealed class SimulationOptions
{
    /// <summary>Gets or sets the seed that everything random in the run comes from: the order of what may run, delays, faults.</summary>
    /// <value>Any number. The default is 1.</value>
    public ulong Seed { get; set; } = 1;

    /// <summary>Gets or sets the faults that the run goes through.</summary>
    /// <value>The default is none.</value>
    public FaultSchedule Faults { get; set; } = FaultSchedule.None;

    /// <summary>Gets or sets the order in which the run takes what may run next.</summary>
    /// <value>The default is <see cref="SimulationOrder.Seeded"/>.</value>
    public SimulationOrder Order { get; set; } = SimulationOrder.Seeded;

    /// <summary>Gets or sets how many steps a run may take before it counts as one that never ends.</summary>
    /// <value>1 or more. The default is 100,000,000.</value>
    public long StepLimit { get; set; } = 100_000_000;

    /// <summary>Gets or sets how much virtual time may pass before a run counts as one that never ends.</summary>
    /// <value>A positive duration. The default is one day.</value>
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Gets or sets how long, by the real clock, one step may block before the run is given up.</summary>
    /// <value>1 second or more. The default is 30 seconds. Not watched while a debugger is attached.</value>
    /// <remarks>A step blocks where code waits in the thread (<c>.Result</c>, <c>.Wait()</c>, <c>Thread.Sleep</c>) for something that only another step can do.</remarks>
    public TimeSpan StallLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how many of the last events a report keeps.</summary>
    /// <value>0 to 100,000. The default is 40.</value>
    public int LastEvents { get; set; } = 40;

    /// <summary>Gets or sets where every event is written as it happens, a line each.</summary>
    /// <value>The default is null: nowhere. The writer is used from the simulation's thread.</value>
    public TextWriter? Log { get; set; }

    internal SimulationOptions With(ulong seed, FaultSchedule faults) => new()
    {
        Seed = seed,
        Faults = faults,
        Order = Order,
        StepLimit = StepLimit,
        TimeLimit = TimeLimit,
        StallLimit = StallLimit,
        LastEvents = LastEvents,
        Log = Log,
    };

    internal void ThrowIfInvalid()
    {
        ArgumentNullException.ThrowIfNull(Faults, nameof(Faults));
        ArgumentOutOfRangeException.ThrowIfLessThan(StepLimit, 1, nameof(StepLimit));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(TimeLimit, TimeSpan.Zero, nameof(TimeLimit));
        ArgumentOutOfRangeException.ThrowIfLessThan(StallLimit, TimeSpan.FromSeconds(1), nameof(StallLimit));
        ArgumentOutOfRangeException.ThrowIfNegative(LastEvents, nameof(LastEvents));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(LastEvents, 100_000, nameof(LastEvents));
        if (Order is not (SimulationOrder.Seeded or SimulationOrder.FirstComeFirstServed))
        {
            throw new ArgumentOutOfRangeException(nameof(Order), Order, "An order is Seeded or FirstComeFirstServed.");
        }
    }
}
