using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Vouch.Caching.Loading;
using Vouch.Caching.Storage;

namespace Vouch.Caching;

public sealed partial class VouchCache<TKey, TValue>
{
    /// <summary>Gets the value of a key, or makes it once for all who ask meanwhile.</summary>
    /// <param name="key">The key.</param>
    /// <param name="factory">Makes the value from the key. Its token is cancelled when nobody waits any more, or when <c>HardTimeout</c> has passed.</param>
    /// <param name="cancellationToken">Lets this caller leave; the factory runs on for the others.</param>
    /// <returns>The value, whether or not the full cache took it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> or <paramref name="factory"/> is null.</exception>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    /// <exception cref="FactoryTimeoutException">The factory took longer than <c>HardTimeout</c>.</exception>
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
    /// <exception cref="FactoryTimeoutException">The factory took longer than <c>HardTimeout</c>.</exception>
    /// <remarks>What the factory throws is thrown to all who wait, and not remembered: the next caller runs it anew. A factory must not ask for its own key.</remarks>
    public ValueTask<TValue> GetOrAddAsync<TState>(
        TKey key,
        TState state,
        Func<TKey, TState, FactoryContext<TValue>, CancellationToken, ValueTask<TValue>> factory,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<TValue>(cancellationToken);
        }

        ulong hash = Hash(key);
        if (TryRead(key, Upper(hash), out TValue? value))
        {
            if (_durations.RefreshAhead > 0)
            {
                RefreshWhereDue(key, hash, state, factory);
            }

            return new ValueTask<TValue>(value);
        }

        if (_durations.Retention > 0 && TryGetStale(key, hash, state, factory, out value))
        {
            CountStaleHits(1);
            return new ValueTask<TValue>(value);
        }

        return LoadAsync(key, hash, state, factory, cancellationToken);
    }

    // A value past its time that may be returned at once: while it is made anew in the background, or because that failed a moment ago.
    private bool TryGetStale<TState>(TKey key, ulong hash, TState state, Func<TKey, TState, FactoryContext<TValue>, CancellationToken, ValueTask<TValue>> factory, out TValue value)
    {
        if (!TryPeek(key, Upper(hash), out value, out EntryView view))
        {
            return false;
        }

        long age = _clock.Now() - view.Deadline;
        if (age < _durations.StaleWhileRevalidate)
        {
            if (!IsResting(key))
            {
                LoadInBackground(key, hash, state, factory);
            }

            return true;
        }

        return age < _durations.FailSafe && IsResting(key);
    }

    private void RefreshWhereDue<TState>(TKey key, ulong hash, TState state, Func<TKey, TState, FactoryContext<TValue>, CancellationToken, ValueTask<TValue>> factory)
    {
        if (TryPeek(key, Upper(hash), out _, out EntryView view) && view.Deadline - _clock.Now() <= _durations.RefreshAhead && !IsResting(key))
        {
            LoadInBackground(key, hash, state, factory);
        }
    }

    private ValueTask<TValue> LoadAsync<TState>(
        TKey key,
        ulong hash,
        TState state,
        Func<TKey, TState, FactoryContext<TValue>, CancellationToken, ValueTask<TValue>> factory,
        CancellationToken cancellationToken)
    {
        ConcurrentDictionary<TKey, Flight<TKey, TValue>> flights = _flights ?? MakeFlights();
        while (true)
        {
            if (flights.TryGetValue(key, out Flight<TKey, TValue>? flight))
            {
                if (flight.ServesStale && MayServeStale(flight))
                {
                    CountStaleHits(1);
                    return new ValueTask<TValue>(flight.Stale.Value);
                }

                if (flight.TryJoin(cancellationToken, out ValueTask<TValue> value))
                {
                    // A tag was removed since the run began: whether it is one of this value's, only its factory can tell.
                    return flight.Created > _tagRemovals.Latest ? value : JoinAsync(flight, value, key, hash, state, factory, cancellationToken);
                }

                // It is over, and whoever ended it is about to take it away.
                Land(flight);
                continue;
            }

            flight = MakeFlight(key, hash, cancellationToken.CanBeCanceled);
            flight.TryJoin(cancellationToken, out ValueTask<TValue> own);
            if (!TryLaunch(flight))
            {
                flight.Complete(default!); // nobody looks at it; it only lets go of the token
                continue;
            }

            // Another flight may have landed between the miss and now.
            if (TryPeek(key, Upper(hash), out TValue present, out EntryView view) && view.Deadline > Now())
            {
                Land(flight);
                flight.Complete(present);
                return own;
            }

            _ = RunAsync(flight, hash, state, factory);
            return own;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TValue> JoinAsync<TState>(
        Flight<TKey, TValue> flight,
        ValueTask<TValue> joined,
        TKey key,
        ulong hash,
        TState state,
        Func<TKey, TState, FactoryContext<TValue>, CancellationToken, ValueTask<TValue>> factory,
        CancellationToken cancellationToken)
    {
        TValue value = await joined.ConfigureAwait(false);
        return flight.IsRevoked ? await LoadAsync(key, hash, state, factory, cancellationToken).ConfigureAwait(false) : value;
    }

    private void LoadInBackground<TState>(TKey key, ulong hash, TState state, Func<TKey, TState, FactoryContext<TValue>, CancellationToken, ValueTask<TValue>> factory)
    {
        ConcurrentDictionary<TKey, Flight<TKey, TValue>> flights = _flights ?? MakeFlights();
        if (flights.ContainsKey(key))
        {
            return;
        }

        Flight<TKey, TValue> flight = MakeFlight(key, hash, cancellable: false);
        flight.Keep();
        if (!flight.Stale.Exists || !TryLaunch(flight))
        {
            return;
        }

        // Another flight may have landed between the look at the entry and now: then the entry is younger.
        if (!TryPeek(key, Upper(hash), out _, out EntryView view) || view.Deadline - Now() > _durations.RefreshAhead)
        {
            Land(flight);
            return;
        }

        // On the pool: the caller has its value and waits for nothing.
        _ = Task.Run(() => RunAsync(flight, hash, state, factory));
    }

    // An entry that is there and was not removed by tag, fresh or not. Not counted as a read.
    private bool TryPeek(TKey key, uint hash, out TValue value, out EntryView view)
    {
        while (true)
        {
            view = default;
            EntryTable<TKey, TValue> table = _table;
            int slot = table.Find(key, hash, _comparer, out value, ref view);
            if (slot == EntryTable<TKey, TValue>.Busy)
            {
                (table, slot) = FindUnderLock(key, hash, out value, ref view);
            }

            if (slot >= 0 && table.Parts == EntryParts.None)
            {
                view.Word = Time.DeadlineWord.Never;
            }

            if (TryTellRevoked(table, slot, in view, out bool revoked))
            {
                return slot >= 0 && !revoked;
            }
        }
    }

    private long Now() => IsTimed ? _clock.Now() : 0;
}
