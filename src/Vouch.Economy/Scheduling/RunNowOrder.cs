namespace Vouch.Economy.Scheduling;

/// <summary>In which order <see cref="RunNowScheduler"/> gives out the earliest places.</summary>
public enum RunNowOrder
{
    /// <summary>Earliest deadline first.</summary>
    EarliestDeadline,

    /// <summary>First come, first served.</summary>
    Arrival,
}
