using Vouch.Caching.Backplane;

namespace Vouch.Caching.Hybrid;

public sealed partial class VouchHybridCache
{
    private const int MostPending = 10_000;

    private readonly Dictionary<CacheInvalidation, bool> _pending = []; // to deliver, and whether the shared tier's entry has to go too
    private IDisposable? _subscription;
    private ITimer? _heartbeat;
    private int _beating;       // 0 no, 1 yes, 2 yes and once more
    private int _delivering;
    private Task _reading = Task.CompletedTask; // the last one that was asked for; under the lock of _pending
    private List<TaskCompletionSource>? _queued; // who shares that one, until it is sent; null where it was sent
    private List<TaskCompletionSource>? _trusting; // callers who wait for a reading; under the lock of _pending

    private void StartBackplane()
    {
        if (_backplane is not null)
        {
            _subscription = _backplane.Subscribe(OnPushed);
        }

        if (_backplane is not null || _distributed is not null)
        {
            _heartbeat = _time.CreateTimer(static state => ((VouchHybridCache)state!).Beat(), this, TimeSpan.Zero, _options.Coherence.HeartbeatInterval);
        }
    }

    // Returns the removal's position, or null where it could not be delivered yet: it is in force on this node and goes on being delivered.
    private async ValueTask<long?> RemoveEverywhereAsync(CacheInvalidation invalidation, bool fromDistributed, CancellationToken cancellationToken)
    {
        // On this node first, whatever becomes of the rest.
        _coherence.ApplyUnpublished(invalidation);
        ForgetLocally(invalidation, fromOthers: false);
        try
        {
            return await DeliverAsync(invalidation, fromDistributed, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Log.RemovalPending(_logger, invalidation.Kind, failure);
            lock (_pending)
            {
                _pending[invalidation] = true;
                if (_pending.Count > MostPending)
                {
                    // Too many to keep apart: one that takes everything out stands for them all.
                    _pending.Clear();
                    _pending[new CacheInvalidation(InvalidationKind.Everything, string.Empty)] = true;
                    _coherence.ApplyUnpublished(new CacheInvalidation(InvalidationKind.Everything, string.Empty));
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    private async ValueTask<long> DeliverAsync(CacheInvalidation invalidation, bool fromDistributed, CancellationToken cancellationToken)
    {
        // The shared tier's entry goes before the others are told: whoever is told and looks there finds nothing.
        if (fromDistributed && _distributed is not null && invalidation.Kind == InvalidationKind.Key)
        {
            await LimitAsync(_distributed.RemoveAsync(_options.KeyPrefix + invalidation.Name, cancellationToken)).ConfigureAwait(false);
        }

        long read = _coherence.Position;
        long position = _backplane is null
            ? _coherence.Tick()
            : await LimitAsync(_backplane.PublishAsync(invalidation, cancellationToken).AsTask()).ConfigureAwait(false);
        if (_backplane is not null && position <= read)
        {
            // What is appended after a reading stands behind it, or in another log: in that case positions of the two do not compare. Once the new log is read it is delivered again.
            Beat();
            throw new InvalidOperationException("The backplane's log was begun anew.");
        }

        if (_distributed is not null && invalidation.Kind != InvalidationKind.Key)
        {
            if (_backplane is not null)
            {
                // The marker names the log that the removal stands in. Positions may go on across logs, so that only a reading that was sent afterwards can say which one it is.
                await ReadLogAsync(_backplane).ConfigureAwait(false);
                if (_coherence.Position < position)
                {
                    throw new InvalidOperationException("The backplane's log was begun anew.");
                }
            }

            await WriteMarkerAsync(invalidation.Kind == InvalidationKind.Tag ? invalidation.Name : EveryTag, position).ConfigureAwait(false);
        }

        _coherence.ApplyPublished(invalidation, position);
        if (_backplane is not null && _coherence.Position < position)
        {
            Beat(); // so that what is made from now on is known to be newer
        }

        return position;
    }

    private void ForgetLocally(CacheInvalidation invalidation, bool fromOthers)
    {
        if (invalidation.Kind == InvalidationKind.Key)
        {
            // What was made after the removal may be here before this node hears of it, its own value for one.
            if (_local.TryGet(invalidation.Name, out HybridEntry? entry) && !_coherence.IsUpToDate(entry.Stamp, invalidation.Name, entry.Tags))
            {
                _local.TryRemove(invalidation.Name, entry);
            }

            if (fromOthers && _distributed is not null && _recentWrites.TryRemove(invalidation.Name, out EntryStamp written) && !_coherence.IsUpToDate(written, invalidation.Name, []))
            {
                Track(RemoveRecentWriteAsync(invalidation.Name));
            }
        }
        else if (invalidation.Kind == InvalidationKind.Everything)
        {
            _local.Clear();
        }
    }

    private void OnPushed(LoggedInvalidation? pushed)
    {
        if (_disposed)
        {
            return;
        }

        if (pushed is { } known)
        {
            _coherence.ApplyPushed(known);
            ForgetLocally(known.Invalidation, fromOthers: true);
        }
        else
        {
            _coherence.Suspect();
        }

        Beat();
    }

    // Something was removed, and the reading under way says what.
    private async ValueTask<T> WaitAsync<TState, T>(
        string key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        Microsoft.Extensions.Caching.Hybrid.HybridCacheEntryOptions? options,
        Microsoft.Extensions.Caching.Hybrid.HybridCacheEntryFlags flags,
        IEnumerable<string>? tags,
        CancellationToken cancellationToken)
    {
        // For what was pushed before this call only: under a flood of pushes calls go on, without what is in memory.
        for (long pushes = _coherence.Pushes; !_coherence.IsSettled(pushes) && !_disposed;)
        {
            Task read;
            lock (_pending)
            {
                TaskCompletionSource promise = Promise();
                (_trusting ??= []).Add(promise);
                read = promise.Task;
            }

            if (!_coherence.IsSettled(pushes))
            {
                await read.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        return await GetOrCreateKnownAsync(key, state, factory, options, flags, tags, cancellationToken).ConfigureAwait(false);
    }

    private void Trust(long pushes)
    {
        _coherence.Settle(pushes);
        List<TaskCompletionSource>? trusting;
        lock (_pending)
        {
            trusting = _trusting;
            _trusting = null;
        }

        trusting?.ForEach(static waiter => waiter.SetResult());
    }

    private void Beat()
    {
        // One reading at a time; whoever asks meanwhile gets another one after it.
        if (!_disposed && Interlocked.CompareExchange(ref _beating, 2, 1) == 0 && Interlocked.CompareExchange(ref _beating, 1, 0) == 0)
        {
            Track(BeatAsync());
        }
    }

    private async Task BeatAsync()
    {
        do
        {
            Volatile.Write(ref _beating, 1);
            try
            {
                if (_backplane is not null)
                {
                    await ReadLogAsync(_backplane).ConfigureAwait(false);
                }

                await DeliverPendingAsync().ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                Log.BackplaneFailed(_logger, failure);
                Volatile.Write(ref _beating, 0); // the next heartbeat tries again
                return;
            }
        }
        while (Interlocked.CompareExchange(ref _beating, 0, 1) == 2);
    }

    // One reading at a time: one that comes back late, from before the log was begun anew, must not undo what a later one said. Whoever asks while one waits for its turn shares it.
    private async ValueTask ReadLogAsync(ICacheBackplane backplane)
    {
        TaskCompletionSource own = Promise();
        Task before;
        bool joined;
        List<TaskCompletionSource> sharing;
        lock (_pending)
        {
            before = _reading;
            joined = _queued is not null;
            sharing = _queued ??= [];
            if (joined)
            {
                sharing.Add(own);
            }
            else
            {
                _reading = own.Task;
            }
        }

        if (joined)
        {
            await own.Task.ConfigureAwait(false);
            return;
        }

        await before.ConfigureAwait(false);
        lock (_pending)
        {
            _queued = null;
        }

        long pushes = _coherence.Pushes;
        Exception? failure = null;
        try
        {
            await ReadLogAloneAsync(backplane).ConfigureAwait(false);
        }
        catch (Exception failed)
        {
            pushes = _coherence.Pushes; // cut off: what was fetched is good for the lease, and no longer
            failure = failed;
            throw;
        }
        finally
        {
            own.SetResult();
            Trust(pushes);
            foreach (TaskCompletionSource waiter in sharing)
            {
                if (failure is null)
                {
                    waiter.SetResult();
                }
                else
                {
                    waiter.SetException(failure);
                }
            }
        }
    }

    // One for each who waits: under a simulated clock all that follows from an event stays on its thread and in order.
    private TaskCompletionSource Promise() => new(_time == TimeProvider.System ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None);

    private async ValueTask ReadLogAloneAsync(ICacheBackplane backplane)
    {
        long sent = _time.GetTimestamp();
        BackplaneReading reading = await LimitAsync(backplane.ReadAsync(_coherence.Position, CancellationToken.None).AsTask()).ConfigureAwait(false);
        if (_coherence.Read(reading, sent))
        {
            Log.LogLost(_logger);
            _local.Clear();
            _markersRead.Clear();
            Unpublished();
        }

        foreach (LoggedInvalidation logged in reading.Invalidations)
        {
            ForgetLocally(logged.Invalidation, fromOthers: true);
        }

        // A write that was over before this reading was sent, and that no removal in it concerns, came after all of them.
        foreach ((string key, EntryStamp written) in _recentWrites)
        {
            if (_time.GetElapsedTime(written.Fetched, sent) > _options.Coherence.Lease)
            {
                _recentWrites.TryRemove(new KeyValuePair<string, EntryStamp>(key, written));
            }
        }
    }

    // A log begun anew takes the marks of undelivered removals with it.
    private void Unpublished()
    {
        lock (_pending)
        {
            foreach (CacheInvalidation invalidation in _pending.Keys)
            {
                _coherence.ApplyUnpublished(invalidation);
            }
        }
    }

    private async ValueTask DeliverPendingAsync()
    {
        KeyValuePair<CacheInvalidation, bool>[] pending;
        lock (_pending)
        {
            pending = [.. _pending];
        }

        if (pending.Length == 0 || Interlocked.Exchange(ref _delivering, 1) == 1)
        {
            return;
        }

        try
        {
            foreach ((CacheInvalidation invalidation, bool fromDistributed) in pending)
            {
                await DeliverAsync(invalidation, fromDistributed, CancellationToken.None).ConfigureAwait(false);
                lock (_pending)
                {
                    _pending.Remove(invalidation);
                }
            }
        }
        finally
        {
            Volatile.Write(ref _delivering, 0);
        }
    }
}
