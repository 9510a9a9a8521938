using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;
using Vouch.Caching.Entries;

namespace Vouch.Caching.Distributed;

/// <summary>A <see cref="VouchCache{TKey,TValue}"/> of bytes behind the faces of a distributed cache: a shared tier for one process, for tests and for hosts without a server.</summary>
/// <param name="cache">What holds the entries; it stays the caller's.</param>
/// <param name="timeProvider">The clock that absolute ends are reckoned by, or null for the system's; the same as the cache's.</param>
/// <remarks>Safe to share. Values are copied in and out.</remarks>
public sealed class VouchDistributedCache(VouchCache<string, byte[]> cache, TimeProvider? timeProvider = null) : IBufferDistributedCache
{
    private readonly VouchCache<string, byte[]> _cache = cache ?? throw new ArgumentNullException(nameof(cache));
    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;

    /// <inheritdoc/>
    public byte[]? Get(string key) => _cache.TryGet(key, out byte[]? value) ? value.AsSpan().ToArray() : null;

    /// <inheritdoc/>
    public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => token.IsCancellationRequested ? Task.FromCanceled<byte[]?>(token) : Task.FromResult(Get(key));

    /// <inheritdoc/>
    public bool TryGet(string key, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (!_cache.TryGet(key, out byte[]? value))
        {
            return false;
        }

        destination.Write(value);
        return true;
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default) =>
        token.IsCancellationRequested ? ValueTask.FromCanceled<bool>(token) : ValueTask.FromResult(TryGet(key, destination));

    /// <inheritdoc/>
    public void Set(string key, byte[] value, DistributedCacheEntryOptions options)
    {
        ArgumentNullException.ThrowIfNull(value);
        Store(key, value.AsSpan().ToArray(), options);
    }

    /// <inheritdoc/>
    public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options) => Store(key, value.ToArray(), options);

    /// <inheritdoc/>
    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        if (token.IsCancellationRequested)
        {
            return Task.FromCanceled(token);
        }

        Set(key, value, options);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask SetAsync(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(token);
        }

        Set(key, value, options);
        return default;
    }

    /// <inheritdoc/>
    public void Refresh(string key) => _cache.TryGet(key, out _);

    /// <inheritdoc/>
    public Task RefreshAsync(string key, CancellationToken token = default)
    {
        if (token.IsCancellationRequested)
        {
            return Task.FromCanceled(token);
        }

        Refresh(key);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Remove(string key) => _cache.Remove(key);

    /// <inheritdoc/>
    public Task RemoveAsync(string key, CancellationToken token = default)
    {
        if (token.IsCancellationRequested)
        {
            return Task.FromCanceled(token);
        }

        Remove(key);
        return Task.CompletedTask;
    }

    private void Store(string key, byte[] value, DistributedCacheEntryOptions options)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(options);
        TimeSpan? life = options.AbsoluteExpirationRelativeToNow ?? (options.AbsoluteExpiration is { } end ? end - _time.GetUtcNow() : null);
        if (life <= TimeSpan.Zero)
        {
            _cache.Remove(key); // the end has passed
            return;
        }

        _cache.Set(key, value, new EntryOptions { SlidingTimeToLive = options.SlidingExpiration, MaxLifetime = life });
    }
}
