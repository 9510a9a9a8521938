namespace Vouch.Caching.Entries;

/// <summary>Why an entry left the cache, or did not get in.</summary>
public enum RemovalReason
{
    /// <summary>The cache was full and its policy chose this entry to make room.</summary>
    Evicted,

    /// <summary>Its time was up.</summary>
    Expired,

    /// <summary>It was removed by key, or by one of its tags.</summary>
    Removed,

    /// <summary>Another value was set for its key.</summary>
    Replaced,

    /// <summary>The whole cache was cleared.</summary>
    Cleared,

    /// <summary>It was new, and the policy kept what the full cache held, or it weighs more than the cache.</summary>
    Rejected,
}
