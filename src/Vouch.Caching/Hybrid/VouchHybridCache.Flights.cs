using System.Buffers;
using Microsoft.Extensions.Caching.Hybrid;
using Vouch.Caching.Backplane;

namespace Vouch.Caching.Hybrid;

public sealed partial class VouchHybridCache
{
    // Those that a later one took the place of, too: what they make must still be known to be out of date.
    private readonly HashSet<HybridFlight> _underWayFlights = [];

    private async ValueTask<T> FlyAsync<TState, T>(
        string key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options,
        HybridCacheEntryFlags flags,
        string[] tags,
        CancellationToken cancellationToken)
    {
        (string Key, HybridCacheEntryFlags Flags, Type Type) name = (key, flags, typeof(T));
        HybridFlight<T>? flight = null;
        bool joined = false;
        EntryStamp now = _coherence.Now(); // before the lock: it takes one of its own
        lock (_flights)
        {
            // A run that began before a removal serves those who asked before it, and nobody who asks after it.
            if (_flights.TryGetValue(name, out HybridFlight? found) && _coherence.IsUpToDate(found.Stamp, key, found.Tags) && found.TryJoin())
            {
                flight = (HybridFlight<T>)found;
                joined = true;
            }
            else
            {
                flight = new HybridFlight<T>(now, tags);
                _flights[name] = flight;
                _underWayFlights.Add(flight);
            }
        }

        if (!joined)
        {
            flight.Begin(RunAsync(flight, name, state, factory, options));
        }

        try
        {
            (T value, byte[]? payload) = await flight.Run.WaitAsync(cancellationToken).ConfigureAwait(false);
            return joined && payload is not null && !Sharing<T>.IsSafe ? _serializers.Get<T>().Deserialize(new ReadOnlySequence<byte>(payload)) : value;
        }
        finally
        {
            bool last;
            lock (_flights)
            {
                last = flight.Leave();
            }

            if (last && !flight.Run.IsCompleted)
            {
                flight.Cancel();
            }
        }
    }

    private async Task<(T Value, byte[]? Payload)> RunAsync<TState, T>(
        HybridFlight<T> flight,
        (string Key, HybridCacheEntryFlags Flags, Type Type) name,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options)
    {
        (string key, HybridCacheEntryFlags flags, _) = name;
        try
        {
            if (!flags.HasFlag(HybridCacheEntryFlags.DisableDistributedCacheRead)
                && await ReadDistributedAsync(key, flight.Stamp.Fetched).ConfigureAwait(false) is { } found
                && TryDeserialize(found.Value, out T read))
            {
                byte[] bytes = found.Value.ToArray();
                TimeSpan left = DateTimeOffset.FromUnixTimeMilliseconds(found.Expires) - _time.GetUtcNow();
                TimeSpan local = LifeOf(options).Local;
                StoreLocal(key, read, bytes, found.Stamp, found.Tags, left < local ? left : local, flags);
                return (read, bytes);
            }

            if (flags.HasFlag(HybridCacheEntryFlags.DisableUnderlyingData))
            {
                return default;
            }

            EntryStamp stamp = _coherence.Now();
            T value = await factory(state, flight.Token).ConfigureAwait(false);
            bool stores = (flags & (HybridCacheEntryFlags.DisableLocalCacheWrite | HybridCacheEntryFlags.DisableDistributedCacheWrite))
                != (HybridCacheEntryFlags.DisableLocalCacheWrite | HybridCacheEntryFlags.DisableDistributedCacheWrite);
            if (!stores && Sharing<T>.IsSafe)
            {
                return (value, null);
            }

            byte[] payload = Serialize(value);
            if (payload.Length > _options.MaxPayloadBytes)
            {
                Log.TooLong(_logger, payload.Length, _options.MaxPayloadBytes);
                return (value, payload);
            }

            if (_coherence.IsUpToDate(stamp, key, flight.Tags))
            {
                StoreLocal(key, value, payload, stamp, flight.Tags, LifeOf(options).Local, flags);
                if (!flags.HasFlag(HybridCacheEntryFlags.DisableDistributedCacheWrite))
                {
                    // Nobody waits for the shared tier but those who close the cache.
                    Track(WriteDistributedAsync(key, payload, stamp, flight.Tags, LifeOf(options).Shared).AsTask());
                }
            }

            return (value, payload);
        }
        finally
        {
            lock (_flights)
            {
                _underWayFlights.Remove(flight);
                if (_flights.TryGetValue(name, out HybridFlight? current) && ReferenceEquals(current, flight))
                {
                    _flights.Remove(name);
                }
            }
        }
    }

    private long OldestUnderWay()
    {
        lock (_flights)
        {
            return _underWayFlights.Count == 0 ? long.MaxValue : _underWayFlights.Min(static flight => flight.Stamp.Position);
        }
    }

    private bool TryDeserialize<T>(ReadOnlyMemory<byte> bytes, out T value)
    {
        try
        {
            value = _serializers.Get<T>().Deserialize(new ReadOnlySequence<byte>(bytes));
            return true;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Written by a build with another shape of the type, most likely: the factory makes it anew.
            Log.Unreadable(_logger, failure);
            value = default!;
            return false;
        }
    }
}
