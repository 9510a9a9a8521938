namespace Vouch.Caching.Statistics;

/// <summary>What a cache has counted since it was made.</summary>
/// <remarks>Each figure is exact; taken while others use the cache, the figures may stand for instants some microseconds apart.</remarks>
public sealed record CacheStatistics
{
    /// <summary>Gets how many reads found a fresh entry.</summary>
    public long Hits { get; init; }

    /// <summary>Gets how many reads did not. A call that waits for a value in the making counts as one.</summary>
    public long Misses { get; init; }

    /// <summary>Gets how many reads were answered with a value past its time, because <c>StaleWhileRevalidate</c> or <c>FailSafe</c> allows it. They count as misses too.</summary>
    public long StaleHits { get; init; }

    /// <summary>Gets how many entries were added under a new key.</summary>
    public long Additions { get; init; }

    /// <summary>Gets how many values were replaced by others.</summary>
    public long Replacements { get; init; }

    /// <summary>Gets how many entries left to make room.</summary>
    public long Evictions { get; init; }

    /// <summary>Gets how many entries left because their time was up.</summary>
    public long Expirations { get; init; }

    /// <summary>Gets how many entries were removed by key or tag, or by clearing the cache.</summary>
    public long Removals { get; init; }

    /// <summary>Gets how many entries were refused by the policy of the full cache, or were heavier than the cache.</summary>
    public long Rejections { get; init; }

    /// <summary>Gets how many runs of factories ended with a value.</summary>
    public long Loads { get; init; }

    /// <summary>Gets how many runs of factories ended with an exception, a time-out included.</summary>
    public long LoadFailures { get; init; }

    /// <summary>Gets the number of entries, those past their time but still in memory included.</summary>
    public long Count { get; init; }

    /// <summary>Gets the sum of the entries' weights.</summary>
    public long Weight { get; init; }

    /// <summary>Gets the share of reads that found a fresh entry.</summary>
    /// <value>A fraction in [0, 1]; 0 before the first read.</value>
    public double HitRate => Hits + Misses == 0 ? 0 : (double)Hits / (Hits + Misses);
}
