using System.Collections.Concurrent;
using Vouch.Caching.Entries;
using Vouch.Caching.Loading;
using Vouch.Caching.Statistics;
using Vouch.Caching.Storage;
using Vouch.Caching.Tags;

namespace Vouch.Caching;

public sealed partial class VouchCache<TKey, TValue>
{
    private volatile ConcurrentDictionary<TKey, Flight<TKey, TValue>>? _flights;

    // Raised before a flight can be found and lowered after: who removes a key and sees none need not look for one.
    private int _flightCount;

    /// <summary>Gets the value of a key, or makes it once for all who ask meanwhile.</summary>
    /// <param name="key">The key.</param>
    /// <param name="factory">Makes the value from the key. Its token is cancelled when nobody waits any more, or when <c>HardTimeout</c> has passed.</param>
    /// <param name="cancellationToken">Lets this caller leave; the factory runs on for the others.</param>
    /// <returns>The value, whether or not the full cache took it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> or <paramref name="factory"/> is null.</exception>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    /// <remarks>What the factory throws is thrown to all who wait, and not remembered: the next caller runs it anew. A factory must not ask for its own key.</remarks>
    public ValueTask<TValue> GetOrAddAsync(TKey key, Func<TKey, CancellationToken, ValueTask<TValue>> factory, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return GetOrAddAsync(key, factory, static (key, factory, _, token) => factory(key, token), cancellationToken);
    }

    /// <summary>Gets the value of a key, or makes it once for all who ask meanwhile. The factory says how the value is kept.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="state">Handed to the factory, which then needs no closure.</param>
    /// <param name="factory">Makes the value; see <see cref="FactoryContext{TValue}"/> for what it may say. Its token is cancelled when nobody waits any more, or when
    /// <c>HardTimeout</c> has passed.</param>
    /// <param name="cancellationToken">Lets this caller leave; the factory runs on for the others.</param>
    /// <returns>The value, whether or not the full cache took it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> or <paramref name="factory"/> is null.</exception>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    /// <remarks>What the factory throws is thrown to all who wait, and not remembered: the next caller runs it anew. A factory must not ask for its own key.</remarks>
    public ValueTask<TValue> GetOrAddAsync<TState>(TKey key, TState state, Func<TKey, TState, FactoryContext<TValue>, CancellationToken, ValueTask<TValue>> factory, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<TValue>(cancellationToken);
        }

        ulong hash = Hash(key);
        return TryRead(key, Upper(hash), out TValue? value) ? new ValueTask<TValue>(value) : LoadAsync(key, hash, state, factory, cancellationToken);
    }

    private ValueTask<TValue> LoadAsync<TState>(TKey key, ulong hash, TState state, Func<TKey, TState, FactoryContext<TValue>, CancellationToken, ValueTask<TValue>> factory, CancellationToken cancellationToken)
    {
        ConcurrentDictionary<TKey, Flight<TKey, TValue>> flights = _flights ?? MakeFlights();
        while (true)
        {
            if (flights.TryGetValue(key, out Flight<TKey, TValue>? flight))
            {
                if (flight.TryJoin(cancellationToken, out ValueTask<TValue> value))
                {
                    return value;
                }

                // It is over and its owner is about to take it away.
                Land(flight);
                continue;
            }

            flight = new Flight<TKey, TValue>(key, _tagClock.Next(), cancellationToken.CanBeCanceled) { Abandoned = Abandon };
            flight.TryJoin(cancellationToken, out ValueTask<TValue> own);
            Interlocked.Increment(ref _flightCount);
            if (!flights.TryAdd(key, flight))
            {
                Interlocked.Decrement(ref _flightCount);
                flight.Complete(default!); // nobody looks at it; it only lets go of the token
                continue;
            }

            // Another flight may have landed between the miss and now.
            if (TryRead(key, Upper(hash), out TValue? present))
            {
                Land(flight);
                flight.Complete(present);
                return own;
            }

            _ = RunAsync(flight, hash, state, factory);
            return own;
        }
    }

    private async Task RunAsync<TState>(Flight<TKey, TValue> flight, ulong hash, TState state, Func<TKey, TState, FactoryContext<TValue>, CancellationToken, ValueTask<TValue>> factory)
    {
        try
        {
            var context = new FactoryContext<TValue>(false, default);
            TValue value = await factory(flight.Key, state, context, flight.Token).ConfigureAwait(false);
            if (!context.DoNotStore)
            {
                var entry = new EntryOptions { TimeToLive = context.TimeToLive, SlidingTimeToLive = context.SlidingTimeToLive, MaxLifetime = context.MaxLifetime, Weight = context.Weight };
                string[] tags = [.. context.Tags];
                flight.Tags = tags;
                EntryTerms terms = TermsOf(flight.Key, value, entry, tags.Length > 0 ? new TagStamp(tags, flight.Created) : null);
                Store(flight.Key, value, hash, in terms, flight);
            }

            lock (_lock)
            {
                _loads++;
            }

            Land(flight);
            flight.Complete(value);
        }
#pragma warning disable CA1031 // Whatever the factory throws is for those who wait.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            lock (_lock)
            {
                _loadFailures++;
            }

            Land(flight);
            flight.Fail(exception);
        }
    }

    private void Abandon(Flight<TKey, TValue> flight)
    {
        lock (_lock)
        {
            flight.IsSuperseded = true;
        }

        Land(flight);
    }

    private void Land(Flight<TKey, TValue> flight)
    {
        if (_flights!.TryRemove(new KeyValuePair<TKey, Flight<TKey, TValue>>(flight.Key, flight)))
        {
            Interlocked.Decrement(ref _flightCount);
        }
    }

    private ConcurrentDictionary<TKey, Flight<TKey, TValue>> MakeFlights()
    {
        lock (_lock)
        {
            return _flights ??= new ConcurrentDictionary<TKey, Flight<TKey, TValue>>(_hostComparer);
        }
    }

    private void SupersedeLocked(TKey key)
    {
        if (Volatile.Read(ref _flightCount) > 0 && _flights!.TryGetValue(key, out Flight<TKey, TValue>? flight))
        {
            flight.IsSuperseded = true;
            Land(flight);
        }
    }

    private void SupersedeAllLocked()
    {
        if (Volatile.Read(ref _flightCount) > 0)
        {
            foreach (Flight<TKey, TValue> flight in _flights!.Values)
            {
                flight.IsSuperseded = true;
                Land(flight);
            }
        }
    }

    private long OldestFlight()
    {
        long oldest = long.MaxValue;
        if (Volatile.Read(ref _flightCount) > 0)
        {
            foreach (KeyValuePair<TKey, Flight<TKey, TValue>> flight in _flights!)
            {
                oldest = Math.Min(oldest, flight.Value.Created);
            }
        }

        return oldest;
    }
}
