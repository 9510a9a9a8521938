namespace Vouch.Economy.Online;

/// <summary>Where a job stands.</summary>
public enum OnlineJobState
{
    /// <summary>It waits for its planned start, or for a place.</summary>
    Waiting = 0,

    /// <summary>It runs.</summary>
    Running = 1,

    /// <summary>All of its work is done.</summary>
    Finished = 2,

    /// <summary>It cannot end by its deadline any more.</summary>
    Rejected = 3,
}
