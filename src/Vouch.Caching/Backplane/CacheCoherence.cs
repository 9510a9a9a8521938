using System.Collections.Concurrent;

namespace Vouch.Caching.Backplane;

/// <summary>
/// What a node knows of removals, its own and the others', and whether it may still trust its memory. Values carry a stamp (<see cref="EntryStamp"/>); a removal has a position;
/// a value is served only if its stamp is not older than any removal that concerns it. That holds for values under way as well: a factory that began before a removal makes a
/// value that nobody who asks later will be served, whichever node or tier it comes by.
/// </summary>
/// <remarks>
/// <para>The lease: a reading of the log that was sent at time t and succeeded proves that nothing removed before t is missed. So memory is trusted until t plus the lease, and a value
/// whose making began at t likewise. Based on leases as in C. Gray and D. Cheriton, "Leases: an efficient fault-tolerant mechanism for distributed file cache consistency", SOSP 1989.</para>
/// <para>Without a backplane positions are UTC ticks made strictly increasing, and the lease never ends.</para>
/// <para>Safe to share. Checks take no lock.</para>
/// </remarks>
internal sealed class CacheCoherence(TimeProvider time, CoherenceOptions options, bool hasBackplane)
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, KeyRemoval> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _tags = new(StringComparer.Ordinal);
    private ulong _epoch;
    private long _position;
    private long _floor;        // everything stamped below this is out of date
    private long _leaseEnd;     // a timestamp; 0 before the first reading
    private long _lastTick;
    private long _pushes;       // that did not say what was removed
    private long _pushesRead;   // of these, how many came before the last reading was sent

    /// <summary>Gets whether nothing that was removed can have been missed: always, without a backplane.</summary>
    public bool IsCurrent => !hasBackplane || time.GetTimestamp() < Volatile.Read(ref _leaseEnd);

    public long Position => Volatile.Read(ref _position);

    /// <summary>Gets whether something was removed of which this node knows no more than that: nothing that was stored or began before may be served until the log was read.</summary>
    public bool IsSuspect => Volatile.Read(ref _pushes) != Volatile.Read(ref _pushesRead);

    /// <summary>Gets how many pushes did not say what was removed: read before a reading of the log is sent, and given back to <see cref="Settle"/> after it.</summary>
    public long Pushes => Volatile.Read(ref _pushes);

    /// <summary>Gets or sets what says the least position of the values under way on this node.</summary>
    public Func<long> OldestUnderWay { get; set; } = static () => long.MaxValue;

    /// <summary>Stamps a value whose making begins now.</summary>
    public EntryStamp Now()
    {
        long fetched = time.GetTimestamp();
        if (hasBackplane)
        {
            lock (_lock)
            {
                return new EntryStamp(_epoch, _position, fetched);
            }
        }

        return new EntryStamp(0, Tick(), fetched);
    }

    /// <summary>The position of a removal on a node without a backplane: later than every stamp given before.</summary>
    public long Tick()
    {
        long now = time.GetUtcNow().UtcTicks;
        while (true)
        {
            long last = Volatile.Read(ref _lastTick);
            long next = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref _lastTick, next, last) == last)
            {
                return next;
            }
        }
    }

    /// <summary>Whether nothing that was logged makes the value out of date.</summary>
    public bool IsUpToDate(in EntryStamp stamp, string key, IReadOnlyList<string> tags)
    {
        if (stamp.Epoch != Volatile.Read(ref _epoch) || stamp.Position < Volatile.Read(ref _floor) || (!_keys.IsEmpty && _keys.TryGetValue(key, out KeyRemoval last) && last.Position > stamp.Position))
        {
            return false;
        }

        if (tags.Count > 0 && !_tags.IsEmpty)
        {
            for (int i = 0; i < tags.Count; i++)
            {
                if (_tags.TryGetValue(tags[i], out long removed) && removed > stamp.Position)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Whether a value in memory may be served: it is up to date as far as this node knows, and this node would know.</summary>
    public bool MayServe(in EntryStamp stamp, string key, IReadOnlyList<string> tags) =>
        IsUpToDate(stamp, key, tags)
        && !IsSuspect
        && (!hasBackplane || time.GetTimestamp() is var now && (now < Volatile.Read(ref _leaseEnd) || time.GetElapsedTime(stamp.Fetched, now) < options.Lease));

    /// <summary>Takes note of a removal.</summary>
    public void Apply(CacheInvalidation invalidation, long position)
    {
        switch (invalidation.Kind)
        {
            case InvalidationKind.Key:
                _keys.AddOrUpdate(
                    invalidation.Name,
                    static (_, removal) => removal,
                    static (_, before, removal) => removal.Position > before.Position ? removal : before,
                    new KeyRemoval(position, time.GetTimestamp()));
                if (_keys.Count > options.MaxRememberedRemovals)
                {
                    ForgetKeys();
                }

                break;
            case InvalidationKind.Tag:
                _tags.AddOrUpdate(invalidation.Name, static (_, position) => position, static (_, before, position) => Math.Max(before, position), position);
                if (_tags.Count > options.MaxRememberedRemovals)
                {
                    ForgetTags();
                }

                break;
            default:
                RaiseFloor(position);
                break;
        }
    }

    /// <summary>Takes note of a removal that was pushed. A position that was read already may be one of another log: then everything stamped so far counts as older.</summary>
    public void ApplyPushed(LoggedInvalidation pushed) => Apply(pushed.Invalidation, Math.Max(pushed.Position, Position + 1));

    /// <summary>Takes note of a push that does not say what was removed.</summary>
    public void Suspect() => Interlocked.Increment(ref _pushes);

    /// <summary>A reading of the log that was sent after so many pushes told what they had left out; or it failed, and what holds then is the lease.</summary>
    public void Settle(long pushes)
    {
        long seen = Volatile.Read(ref _pushesRead);
        while (seen < pushes)
        {
            long before = Interlocked.CompareExchange(ref _pushesRead, pushes, seen);
            if (before == seen)
            {
                break;
            }

            seen = before;
        }
    }

    /// <summary>Whether so many pushes have been settled.</summary>
    public bool IsSettled(long pushes) => Volatile.Read(ref _pushesRead) >= pushes;

    /// <summary>Takes note of a removal of this node that no other has heard of yet: whatever is made from now until it is published is refused too.</summary>
    public void ApplyUnpublished(CacheInvalidation invalidation)
    {
        if (invalidation.Kind == InvalidationKind.Everything)
        {
            RaiseFloor(long.MaxValue);
        }
        else
        {
            Apply(invalidation, long.MaxValue);
        }
    }

    /// <summary>Gives an unpublished removal its position.</summary>
    public void ApplyPublished(CacheInvalidation invalidation, long position)
    {
        switch (invalidation.Kind)
        {
            case InvalidationKind.Key:
                if (_keys.TryGetValue(invalidation.Name, out KeyRemoval unpublished) && unpublished.Position == long.MaxValue)
                {
                    _keys.TryUpdate(invalidation.Name, new KeyRemoval(position, time.GetTimestamp()), unpublished);
                }

                break;
            case InvalidationKind.Tag:
                _tags.TryUpdate(invalidation.Name, position, long.MaxValue);
                break;
            default:
                Interlocked.CompareExchange(ref _floor, position, long.MaxValue);
                break;
        }

        Apply(invalidation, position);
    }

    /// <summary>Takes in a reading of the log that was sent at a timestamp. True where the log is another one or did not reach back far enough: then nothing from before counts.</summary>
    public bool Read(BackplaneReading reading, long sent)
    {
        bool suspect;
        lock (_lock)
        {
            bool first = _epoch == 0;
            suspect = !first && (reading.Epoch != _epoch || !reading.IsComplete);
            if (reading.Epoch != _epoch)
            {
                ForgetLog();
                _position = 0;
            }

            if (suspect)
            {
                RaiseFloor(reading.Position);
            }

            foreach (LoggedInvalidation logged in reading.Invalidations)
            {
                Apply(logged.Invalidation, logged.Position);
            }

            Volatile.Write(ref _epoch, reading.Epoch);
            Volatile.Write(ref _position, Math.Max(_position, reading.Position));
            long end = sent + (long)(options.Lease.TotalSeconds * time.TimestampFrequency);
            if (end > _leaseEnd)
            {
                Volatile.Write(ref _leaseEnd, end);
            }
        }

        return suspect;
    }

    // Positions of another log mean nothing. What this node removed and has not published yet stays removed.
    private void ForgetLog()
    {
        foreach ((string name, KeyRemoval removal) in _keys)
        {
            if (removal.Position != long.MaxValue)
            {
                _keys.TryRemove(new KeyValuePair<string, KeyRemoval>(name, removal));
            }
        }

        foreach ((string name, long position) in _tags)
        {
            if (position != long.MaxValue)
            {
                _tags.TryRemove(new KeyValuePair<string, long>(name, position));
            }
        }

        if (_floor != long.MaxValue)
        {
            Volatile.Write(ref _floor, 0);
        }
    }

    // A key's removal took the key out of memory when it came. It is remembered for what may still turn up: values under way on this node, and values that another node, which
    // can be behind by no more than its lease, has yet to take out of the shared tier again. After that it may be forgotten.
    private void ForgetKeys()
    {
        lock (_lock)
        {
            long now = time.GetTimestamp();
            long oldest = OldestUnderWay();
            foreach ((string name, KeyRemoval removal) in _keys)
            {
                if (removal.Position < oldest && time.GetElapsedTime(removal.Noted, now) > options.Lease * 2)
                {
                    _keys.TryRemove(new KeyValuePair<string, KeyRemoval>(name, removal));
                }
            }

            if (_keys.Count > options.MaxRememberedRemovals)
            {
                long newest = RaiseFloorToMedian(_keys.Values.Select(static removal => removal.Position));
                foreach ((string name, KeyRemoval removal) in _keys)
                {
                    if (removal.Position <= newest)
                    {
                        _keys.TryRemove(new KeyValuePair<string, KeyRemoval>(name, removal));
                    }
                }
            }
        }
    }

    private void ForgetTags()
    {
        lock (_lock)
        {
            long newest = RaiseFloorToMedian(_tags.Values);
            foreach ((string name, long position) in _tags)
            {
                if (position <= newest)
                {
                    _tags.TryRemove(new KeyValuePair<string, long>(name, position));
                }
            }
        }
    }

    // What is forgotten one by one is remembered as a whole: whatever is older than the newest forgotten removal is refused.
    private long RaiseFloorToMedian(IEnumerable<long> removals)
    {
        long[] positions = [.. removals.Where(static position => position != long.MaxValue).Order()];
        if (positions.Length < 2)
        {
            return -1;
        }

        long newest = positions[positions.Length / 2];
        RaiseFloor(newest);
        return newest;
    }

    private void RaiseFloor(long position)
    {
        long seen = Volatile.Read(ref _floor);
        while (seen < position)
        {
            long before = Interlocked.CompareExchange(ref _floor, position, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private readonly record struct KeyRemoval(long Position, long Noted);
}
