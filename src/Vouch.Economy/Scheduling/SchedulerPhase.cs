namespace Vouch.Economy.Scheduling;

/// <summary>What a solve is at.</summary>
public enum SchedulerPhase
{
    /// <summary>Plans that pay no heed to scarce capacity: run-now and cheapest window.</summary>
    Baseline,

    /// <summary>Raising the lower bound.</summary>
    Bound,

    /// <summary>Building plans that the prices of capacity guide.</summary>
    Construction,

    /// <summary>Improving the best plan.</summary>
    Search,
}
