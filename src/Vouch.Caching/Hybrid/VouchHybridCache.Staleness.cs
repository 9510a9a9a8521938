using Microsoft.Extensions.Caching.Hybrid;

namespace Vouch.Caching.Hybrid;

public sealed partial class VouchHybridCache
{
    // For an entry whose time is over but which is kept: returned at once while a newer one is made, or when that fails, or after a failure a moment ago.
    private async ValueTask<T> StandInAsync<TState, T>(
        HybridEntry entry,
        string key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options,
        HybridCacheEntryFlags flags,
        string[] tags,
        CancellationToken cancellationToken)
    {
        long now = _time.GetTimestamp();
        if (now - entry.FreshUntil < Ticks(_options.StaleWhileRevalidate))
        {
            if (now >= entry.RestUntil && entry.TryBeginRenewal())
            {
                // On the pool: the caller has its value and waits for nothing.
                Track(Task.Run(() => RenewAsync(entry, key, state, factory, options, flags, tags), CancellationToken.None));
            }

            return ValueOf<T>(entry);
        }

        if (IsFailSafe(entry, now) && now < entry.RestUntil)
        {
            return ValueOf<T>(entry);
        }

        try
        {
            return await FlyAsync(key, state, factory, options, flags, tags, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException && !cancellationToken.IsCancellationRequested
            && FindLocal<T>(key) is { } kept && IsFailSafe(kept, _time.GetTimestamp()))
        {
            // Looked for again: what was removed meanwhile is not revived.
            Log.ServedStale(_logger, failure);
            kept.RestUntil = _time.GetTimestamp() + Ticks(_options.FailSafeRetryAfter);
            return ValueOf<T>(kept);
        }
    }

    private async Task RenewAsync<TState, T>(
        HybridEntry entry,
        string key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options,
        HybridCacheEntryFlags flags,
        string[] tags)
    {
        try
        {
            await FlyAsync(key, state, factory, options, flags, tags, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Log.ServedStale(_logger, failure);
            entry.RestUntil = _time.GetTimestamp() + Ticks(_options.FailSafeRetryAfter);
        }
        finally
        {
            entry.EndRenewal();
        }
    }

    private bool IsFailSafe(HybridEntry entry, long now) => now - entry.FreshUntil < Ticks(_options.FailSafe);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
