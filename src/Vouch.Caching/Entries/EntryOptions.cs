namespace Vouch.Caching.Entries;

/// <summary>What one entry asks for beside the settings of its cache. What is left null is as the cache's options say.</summary>
/// <remarks>Immutable and safe to share: build one and use it for many entries. Durations are held to the millisecond, rounded up.</remarks>
public sealed record EntryOptions
{
    /// <summary>Gets how long the entry is fresh, from when it is stored.</summary>
    /// <value>At least 1 ms; <see cref="Timeout.InfiniteTimeSpan"/> for no limit; null for the cache's own.</value>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>Gets how long the entry stays fresh after it was last read.</summary>
    /// <value>At least 1 ms and at most 49 days; <see cref="Timeout.InfiniteTimeSpan"/> for no limit; null for the cache's own.</value>
    public TimeSpan? SlidingTimeToLive { get; init; }

    /// <summary>Gets the age at which the entry expires however often it is read.</summary>
    /// <value>At least 1 ms; <see cref="Timeout.InfiniteTimeSpan"/> for no limit; null for the cache's own.</value>
    public TimeSpan? MaxLifetime { get; init; }

    /// <summary>Gets what the entry takes of the cache's capacity.</summary>
    /// <value>At least 1; null for what the cache's weigher says, or 1.</value>
    public long? Weight { get; init; }

    /// <summary>Gets the tags by which the entry can be removed together with others.</summary>
    /// <value>No nulls; compared by ordinal. Empty by default.</value>
    public IReadOnlyList<string> Tags { get; init; } = [];
}
