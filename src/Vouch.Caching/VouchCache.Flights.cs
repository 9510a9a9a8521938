using System.Collections.Concurrent;
using Vouch.Caching.Entries;
using Vouch.Caching.Loading;
using Vouch.Caching.Statistics;
using Vouch.Caching.Storage;
using Vouch.Caching.Tags;
using Vouch.Caching.Time;

namespace Vouch.Caching;

public sealed partial class VouchCache<TKey, TValue>
{
    private const int FewRests = 64;

    private volatile ConcurrentDictionary<TKey, Flight<TKey, TValue>>? _flights;

    // Raised before a flight can be found and lowered after: who removes a key and sees none need not look for one.
    private int _flightCount;

    // Until when keys whose last load failed are not loaded again while there is a value past its time to return.
    private volatile ConcurrentDictionary<TKey, long>? _rests;
    private int _restsBeforeSweep = FewRests;

    private Flight<TKey, TValue> MakeFlight(TKey key, ulong hash, bool cancellable)
    {
        // The instant comes first: what is removed by tag from here on is newer than the value in the making.
        long created = _tagClock.Next();
        StaleValue<TValue> stale = TryPeek(key, Upper(hash), out TValue value, out EntryView view)
            ? new(true, value, CacheClock.Add(view.Deadline, _durations.FailSafe), view.Tags)
            : default;
        return new Flight<TKey, TValue>(key, created, cancellable || _options.HardTimeout is not null) { Abandoned = Abandon, Stale = stale };
    }

    private bool TryLaunch(Flight<TKey, TValue> flight)
    {
        Interlocked.Increment(ref _flightCount);
        if (_flights!.TryAdd(flight.Key, flight))
        {
            // A removal by tag is remembered for flights that are under way. One that came, and was forgotten, before this one took off has taken the entry with it.
            if (flight.Stale.Tags is { } tags && !(TryPeek(flight.Key, Upper(Hash(flight.Key)), out _, out EntryView view) && ReferenceEquals(view.Tags, tags)))
            {
                flight.Stale = default;
            }

            return true;
        }

        Interlocked.Decrement(ref _flightCount);
        return false;
    }

    private void Land(Flight<TKey, TValue> flight)
    {
        if (_flights!.TryRemove(new KeyValuePair<TKey, Flight<TKey, TValue>>(flight.Key, flight)))
        {
            Interlocked.Decrement(ref _flightCount);
        }
    }

    private async Task RunAsync<TState>(Flight<TKey, TValue> flight, ulong hash, TState state, Func<TKey, TState, FactoryContext<TValue>, CancellationToken, ValueTask<TValue>> factory)
    {
        ITimer? soft = StartTimer(_options.SoftTimeout is not null && flight.Stale.Exists ? _options.SoftTimeout : null, flight, static (cache, flight) => cache.EndPatience(flight));
        ITimer? hard = StartTimer(_options.HardTimeout, flight, static (cache, flight) => cache.GiveUp(flight));
        bool ends = false;
        try
        {
            var context = new FactoryContext<TValue>(flight.Stale.Exists, flight.Stale.Value);
            TValue value = await factory(flight.Key, state, context, flight.Token).ConfigureAwait(false);
            ends = flight.TryFinish();
            if (ends)
            {
                StoreLoaded(flight, hash, value, context);
                Land(flight);
                flight.Complete(value);
            }
        }
#pragma warning disable CA1031 // Whatever the factory throws is for those who wait.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (ends || flight.TryFinish())
            {
                Fail(flight, exception);
            }
        }
        finally
        {
            soft?.Dispose();
            hard?.Dispose();
        }
    }

    private void StoreLoaded(Flight<TKey, TValue> flight, ulong hash, TValue value, FactoryContext<TValue> context)
    {
        TimeSpan? timeToLive = context.TimeToLive ?? (value is null ? _options.NegativeTimeToLive : null);
        if (!context.DoNotStore && (value is not null || timeToLive != TimeSpan.Zero))
        {
            var entry = new EntryOptions { TimeToLive = timeToLive, SlidingTimeToLive = context.SlidingTimeToLive, MaxLifetime = context.MaxLifetime, Weight = context.Weight };
            TermsOf(flight.Key, value, entry, StampOf(context.Tags, flight.Created), _stripes[ThreadIndex.Current], out EntryTerms terms);
            Store(flight.Key, value, hash, ref terms, flight);
        }
        else if (StampOf(context.Tags, flight.Created) is { } tags)
        {
            flight.IsRevoked = _tagRemovals.Covers(tags.Tags, tags.Created);
        }

        _rests?.TryRemove(flight.Key, out _);
        Interlocked.Increment(ref _loads);
    }

    private void Fail(Flight<TKey, TValue> flight, Exception exception)
    {
        if (!(exception is OperationCanceledException && flight.Token.IsCancellationRequested && exception is not FactoryTimeoutException))
        {
            Interlocked.Increment(ref _loadFailures);
        }

        bool serves = MayServeStale(flight);
        if (flight.Stale.Exists)
        {
            Rest(flight.Key);
        }

        Land(flight);
        if (serves)
        {
            CountStaleHits(flight.Complete(flight.Stale.Value));
        }
        else
        {
            flight.Fail(exception);
        }
    }

    // Fail-safe returns no value that was removed, cleared or revoked since, nor one that has been past its time for too long.
    private bool MayServeStale(Flight<TKey, TValue> flight)
    {
        if (!flight.Stale.Exists || _durations.FailSafe == 0 || flight.Stale.Until <= _clock.Now())
        {
            return false;
        }

        lock (_lock)
        {
            return !flight.IsSuperseded && (flight.Stale.Tags is not { } tags || !_tagRemovals.Covers(tags.Tags, tags.Created));
        }
    }

    private void EndPatience(Flight<TKey, TValue> flight)
    {
        if (MayServeStale(flight))
        {
            CountStaleHits(flight.ServeStale());
        }
    }

    private void GiveUp(Flight<TKey, TValue> flight)
    {
        if (flight.TryFinish())
        {
            Fail(flight, new FactoryTimeoutException(_options.HardTimeout!.Value));
            flight.Stop();
        }
    }

    private ITimer? StartTimer(TimeSpan? after, Flight<TKey, TValue> flight, Action<VouchCache<TKey, TValue>, Flight<TKey, TValue>> then) =>
        after is { } wait
            ? _clock.Provider.CreateTimer(
                static state =>
                {
                    (VouchCache<TKey, TValue> cache, Flight<TKey, TValue> flight, Action<VouchCache<TKey, TValue>, Flight<TKey, TValue>> then) =
                        ((VouchCache<TKey, TValue>, Flight<TKey, TValue>, Action<VouchCache<TKey, TValue>, Flight<TKey, TValue>>))state!;
                    then(cache, flight);
                },
                (this, flight, then),
                wait,
                Timeout.InfiniteTimeSpan)
            : null;

    private bool IsResting(TKey key) => _rests is { } rests && rests.TryGetValue(key, out long until) && _clock.Now() < until;

    private void Rest(TKey key)
    {
        if (_options.FailSafeRetryAfter == TimeSpan.Zero)
        {
            return;
        }

        long now = _clock.Now();
        ConcurrentDictionary<TKey, long> rests = _rests ?? MakeRests();
        rests[key] = CacheClock.Add(now, CacheClock.Milliseconds(_options.FailSafeRetryAfter));
        if (rests.Count > Volatile.Read(ref _restsBeforeSweep))
        {
            foreach (KeyValuePair<TKey, long> rest in rests)
            {
                if (rest.Value <= now)
                {
                    rests.TryRemove(rest);
                }
            }

            Volatile.Write(ref _restsBeforeSweep, Math.Max(FewRests, 2 * rests.Count));
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

    private ConcurrentDictionary<TKey, Flight<TKey, TValue>> MakeFlights()
    {
        lock (_lock)
        {
            return _flights ??= new ConcurrentDictionary<TKey, Flight<TKey, TValue>>(_hostComparer);
        }
    }

    private ConcurrentDictionary<TKey, long> MakeRests()
    {
        lock (_lock)
        {
            return _rests ??= new ConcurrentDictionary<TKey, long>(_hostComparer);
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
            foreach (KeyValuePair<TKey, Flight<TKey, TValue>> flight in _flights!)
            {
                flight.Value.IsSuperseded = true;
                Land(flight.Value);
            }
        }
    }

    // Removals by tag must be remembered for as long as a value is in the making that began before.
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
