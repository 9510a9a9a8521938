using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vouch.Caching.Entries;

namespace Vouch.Caching.Configuration;

/// <summary>Puts a <see cref="VouchCache{TKey, TValue}"/> together. Each part is independent of the others, and what is left out costs nothing.</summary>
/// <typeparam name="TKey">The type of the keys.</typeparam>
/// <typeparam name="TValue">The type of the values.</typeparam>
/// <remarks>Not thread-safe. May build any number of caches; each has its own entries.</remarks>
public sealed class VouchCacheBuilder<TKey, TValue>
    where TKey : notnull
{
    /// <summary>Initializes a builder with the default options.</summary>
    public VouchCacheBuilder()
        : this(new CacheOptions())
    {
    }

    /// <summary>Initializes a builder.</summary>
    /// <param name="options">The options to begin with; they are copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    public VouchCacheBuilder(CacheOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options.Copy();
    }

    internal CacheOptions Options { get; }

    internal TimeProvider Time { get; private set; } = TimeProvider.System;

    internal IEqualityComparer<TKey>? Comparer { get; private set; }

    internal Func<TKey, TValue, long>? Weigher { get; private set; }

    internal Action<RemovedEntry<TKey, TValue>>? Removed { get; private set; }

    internal IMeterFactory? Meters { get; private set; }

    internal string? Name { get; private set; }

    internal ILogger? Logger { get; private set; }

    /// <summary>Sets options.</summary>
    /// <param name="configure">Sets them.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="configure"/> is null.</exception>
    public VouchCacheBuilder<TKey, TValue> Configure(Action<CacheOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(Options);
        return this;
    }

    /// <summary>Gives entries weights, of which the cache's capacity is the sum.</summary>
    /// <param name="weigher">Says what an entry takes of the capacity, 1 or more; called once for each value that is set without a weight of its own, outside all locks.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="weigher"/> is null.</exception>
    public VouchCacheBuilder<TKey, TValue> UseWeigher(Func<TKey, TValue, long> weigher)
    {
        ArgumentNullException.ThrowIfNull(weigher);
        Weigher = weigher;
        return this;
    }

    /// <summary>Sets how keys are compared.</summary>
    /// <param name="comparer">The comparer; its hash codes are mixed with the cache's seed. Where it also compares something that stands for a key
    /// (<see cref="IAlternateEqualityComparer{TAlternate, T}"/>), so does the cache.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="comparer"/> is null.</exception>
    public VouchCacheBuilder<TKey, TValue> UseComparer(IEqualityComparer<TKey> comparer)
    {
        ArgumentNullException.ThrowIfNull(comparer);
        Comparer = comparer;
        return this;
    }

    /// <summary>Sets the clock.</summary>
    /// <param name="time">The clock of all times to live and time-outs.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="time"/> is null.</exception>
    public VouchCacheBuilder<TKey, TValue> UseTimeProvider(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        Time = time;
        return this;
    }

    /// <summary>Has the cache report under the meter <c>Vouch.Caching</c>.</summary>
    /// <param name="name">The cache's name, in the tag of every measurement.</param>
    /// <param name="meters">Makes the meter; null for a meter of its own.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null or empty.</exception>
    public VouchCacheBuilder<TKey, TValue> UseMetrics(string name, IMeterFactory? meters = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Meters = meters;
        return this;
    }

    /// <summary>Has the cache write down what goes wrong outside its callers' sight, such as listeners that throw.</summary>
    /// <param name="logger">Takes the messages.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="logger"/> is null.</exception>
    public VouchCacheBuilder<TKey, TValue> UseLogger(ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(logger);
        Logger = logger;
        return this;
    }

    /// <summary>Has a listener hear of every entry that leaves the cache or is refused.</summary>
    /// <param name="listener">Called outside all locks, on the thread whose call made the entry leave, or on a timer's; what it throws is logged (<see cref="UseLogger"/>) and goes no further. Several listeners add up.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="listener"/> is null.</exception>
    public VouchCacheBuilder<TKey, TValue> OnRemoved(Action<RemovedEntry<TKey, TValue>> listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        Removed += listener;
        return this;
    }

    /// <summary>Makes the cache.</summary>
    /// <returns>An empty cache.</returns>
    /// <exception cref="OptionsValidationException">An option is out of its range; the message names it.</exception>
    public VouchCache<TKey, TValue> Build() => new(this);
}
