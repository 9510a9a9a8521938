using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Vouch.Caching.Configuration;
using Vouch.Caching.Entries;

namespace Vouch.Caching.Distributed;

/// <summary>An <see cref="IMemoryCache"/> over a <see cref="VouchCache{TKey,TValue}"/>: bounded by the sum of the entries' sizes (an entry without one counts 1), with its eviction policy.</summary>
/// <remarks>
/// Expirations, change tokens, sizes and post-eviction callbacks behave as documented for <see cref="ICacheEntry"/>; <see cref="CacheItemPriority.NeverRemove"/> and the other
/// priorities do not sway the policy. Callbacks run on the thread pool. Expired entries leave by the cache's own timer, not at the next access. Safe to share.
/// </remarks>
public sealed class VouchMemoryCache : IMemoryCache
{
    private readonly VouchCache<object, MemoryEntry> _cache;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Initializes a cache.</summary>
    /// <param name="capacity">The greatest sum of sizes.</param>
    /// <param name="timeProvider">The clock, or null for the system's.</param>
    /// <param name="logger">Told of callbacks that throw, or null for nobody.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException"><paramref name="capacity"/> is outside the range of <see cref="CacheOptions.Capacity"/>.</exception>
    public VouchMemoryCache(long capacity = 10_000, TimeProvider? timeProvider = null, ILogger<VouchMemoryCache>? logger = null)
    {
        _time = timeProvider ?? TimeProvider.System;
        _logger = logger ?? NullLogger<VouchMemoryCache>.Instance;
        _cache = new VouchCacheBuilder<object, MemoryEntry>(new CacheOptions { Capacity = capacity })
            .UseTimeProvider(_time)
            .UseWeigher(static (_, entry) => entry.Size ?? 1)
            .OnRemoved(removed => removed.Value.Left(ReasonOf(removed.Reason, removed.Value)))
            .Build();
    }

    /// <inheritdoc/>
    public ICacheEntry CreateEntry(object key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new MemoryEntry(this, key);
    }

    /// <inheritdoc/>
    public bool TryGetValue(object key, out object? value)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (_cache.TryGet(key, out MemoryEntry? entry))
        {
            if (!entry.HasChanged)
            {
                value = entry.Value;
                return true;
            }

            entry.Expire();
        }

        value = null;
        return false;
    }

    /// <inheritdoc/>
    public void Remove(object key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _cache.Remove(key);
    }

    /// <summary>Removes everything.</summary>
    public void Clear() => _cache.Clear();

    /// <inheritdoc/>
    public void Dispose() => _cache.Dispose();

    internal void Commit(MemoryEntry entry)
    {
        TimeSpan? life = entry.AbsoluteExpirationRelativeToNow;
        if (entry.AbsoluteExpiration is { } end && (end - _time.GetUtcNow()) is var left && (life is null || left < life))
        {
            life = left;
        }

        if (life <= TimeSpan.Zero || entry.HasChanged)
        {
            _cache.Remove(entry.Key);
            entry.Left(life <= TimeSpan.Zero ? EvictionReason.Expired : EvictionReason.TokenExpired);
            return;
        }

        entry.Listen();
        SetOutcome outcome = _cache.Set(entry.Key, entry, new EntryOptions { SlidingTimeToLive = entry.SlidingExpiration, MaxLifetime = life });
        if (outcome is SetOutcome.TooHeavy or SetOutcome.Rejected)
        {
            entry.Left(EvictionReason.Capacity);
        }
        else if (entry.HasChanged)
        {
            entry.Expire(); // a token fired while the entry was being stored
        }
    }

    internal void RemoveIfSame(MemoryEntry entry)
    {
        // Between the look and the removal another value may come: it then leaves too, which costs a miss.
        if (_cache.TryGet(entry.Key, out MemoryEntry? current) && ReferenceEquals(current, entry))
        {
            _cache.Remove(entry.Key);
        }
    }

    internal void CallbackFailed(Exception failure) => Log.CallbackFailed(_logger, failure);

    private static EvictionReason ReasonOf(RemovalReason reason, MemoryEntry entry) => reason switch
    {
        RemovalReason.Expired => EvictionReason.Expired,
        RemovalReason.Replaced => EvictionReason.Replaced,
        RemovalReason.Removed or RemovalReason.Cleared => entry.HasChanged ? EvictionReason.TokenExpired : EvictionReason.Removed,
        _ => EvictionReason.Capacity,
    };
}
