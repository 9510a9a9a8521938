namespace Vouch.Economy.Scheduling;

/// <summary>In which order <see cref="RunNowScheduler"/> gives out the earliest places.</summary>
public enum RunNowOrder
{
    /// <summary>Earliest deadline first.</summary>
    EarliestDeadline,

    /// <summary>First come, first served.</summary>
    Arrival,

    /// <summary>
    /// The longest chain of work that still waits for the job first, at the earliest finish: the list scheduling of HEFT on equal machines (H. Topcuoglu, S. Hariri and
    /// M.-Y. Wu, <i>IEEE Transactions on Parallel and Distributed Systems</i> 13(3), 2002).
    /// </summary>
    UpwardRank,
}
