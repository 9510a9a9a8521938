namespace Vouch.Economy.Scheduling;

/// <summary>In which order <see cref="CheapestWindowScheduler"/> gives out the cheapest windows.</summary>
public enum CheapestWindowOrder
{
    /// <summary>First come, first served.</summary>
    Arrival,

    /// <summary>The dearest to reject first; jobs that must run before all others.</summary>
    LargestPenalty,
}
