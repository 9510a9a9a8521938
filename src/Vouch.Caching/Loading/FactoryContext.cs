using Vouch.Caching.Entries;

namespace Vouch.Caching.Loading;

/// <summary>What a factory knows of the value it makes, and says about how it is to be kept.</summary>
/// <typeparam name="TValue">The type of the values.</typeparam>
/// <remarks>Handed to one run of one factory, which alone may use it. What is left null is as the cache's options say.</remarks>
public sealed class FactoryContext<TValue>
{
    private readonly TValue? _stale;

    internal FactoryContext(bool hasStaleValue, TValue? stale)
    {
        HasStaleValue = hasStaleValue;
        _stale = stale;
    }

    /// <summary>Gets whether the cache still has the key's last value, past its time or close to it.</summary>
    public bool HasStaleValue { get; }

    /// <summary>Gets the key's last value, to ask only for what has changed since (an ETag in it, for example).</summary>
    /// <exception cref="InvalidOperationException">There is none: see <see cref="HasStaleValue"/>.</exception>
    public TValue StaleValue => HasStaleValue ? _stale! : throw new InvalidOperationException("There is no earlier value: ask HasStaleValue first.");

    /// <summary>Gets or sets how long the value is fresh.</summary>
    /// <value>At least 1 ms, or <see cref="Timeout.InfiniteTimeSpan"/>; null for the cache's own.</value>
    public TimeSpan? TimeToLive { get; set; }

    /// <summary>Gets or sets how long the value stays fresh after it was last read.</summary>
    /// <value>At least 1 ms and at most 49 days, or <see cref="Timeout.InfiniteTimeSpan"/>; null for the cache's own.</value>
    public TimeSpan? SlidingTimeToLive { get; set; }

    /// <summary>Gets or sets the age at which the value expires however often it is read.</summary>
    /// <value>At least 1 ms, or <see cref="Timeout.InfiniteTimeSpan"/>; null for the cache's own.</value>
    public TimeSpan? MaxLifetime { get; set; }

    /// <summary>Gets or sets what the entry takes of the cache's capacity.</summary>
    /// <value>At least 1; null for what the cache's weigher says, or 1.</value>
    public long? Weight { get; set; }

    /// <summary>Gets or sets the tags by which the entry can be removed together with others.</summary>
    /// <value>No nulls. Empty by default.</value>
    public IReadOnlyList<string> Tags { get; set; } = [];

    /// <summary>Gets or sets whether the value is only for those who wait for it now, and not for the cache.</summary>
    /// <value>The default is false.</value>
    public bool DoNotStore { get; set; }

    /// <summary>Says that the last value still stands: return this from the factory, and it is stored anew.</summary>
    /// <returns><see cref="StaleValue"/>.</returns>
    /// <exception cref="InvalidOperationException">There is none: see <see cref="HasStaleValue"/>.</exception>
    public TValue NotModified() => StaleValue;

    internal void Apply(EntryOptions entry)
    {
        TimeToLive = entry.TimeToLive;
        SlidingTimeToLive = entry.SlidingTimeToLive;
        MaxLifetime = entry.MaxLifetime;
        Weight = entry.Weight;
        Tags = entry.Tags;
    }
}
