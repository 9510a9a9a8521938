using Vouch.Caching.Diagnostics;
using Vouch.Caching.Entries;
using Vouch.Caching.Statistics;
using Vouch.Caching.Storage;
using Vouch.Caching.Time;

namespace Vouch.Caching;

public sealed partial class VouchCache<TKey, TValue>
{
    // What left during the current hold of the lock, to be announced after it.
    private List<RemovedEntry<TKey, TValue>>? _left;

    // What every write does first: the policy hears of this thread's reads before it decides, and some of what is past its time leaves. Gives the time at which the write takes
    // effect: a thread that was held up between its look at the clock and the lock must not write with an older time than the writes it comes after.
    private long BeginWrite(long now) => BeginWrite(now, _stripes[ThreadIndex.Current]);

    private long BeginWrite(long now, ReadStripe? stripe)
    {
        if (stripe is not null)
        {
            if (stripe.Count > 0)
            {
                TellPolicyLocked(stripe);
            }

            stripe.SkipMask = 0;
            stripe.Told = 0;
        }

        if (_wheel is not null)
        {
            now = ReapLocked(now, ReapsPerWrite);
        }

        if (_sweepLeft > 0)
        {
            SweepLocked(SweepsPerWrite);
        }

        return now;
    }

    private void BeginWrite(ref EntryTerms terms, ReadStripe? stripe)
    {
        long late = BeginWrite(terms.Now, stripe) - terms.Now;
        if (late > 0)
        {
            terms.Now += late;
            terms.Deadline = CacheClock.Add(terms.Deadline, late);
            terms.Limit = CacheClock.Add(terms.Limit, late);
        }
    }

    /// <summary>The table, grown where no slot was free.</summary>
    private EntryTable<TKey, TValue> TableWithRoom()
    {
        EntryTable<TKey, TValue> table = _table;
        if (!table.IsFull)
        {
            return table;
        }

        int slots = (int)Math.Min(_maxSlots, 2L * table.Entries.Length);
        table = table.Rebuilt(slots, table.Parts);
        _policy.EnsureSlots(slots);
        _wheel?.EnsureSlots(slots);
        if (_weights is not null)
        {
            Array.Resize(ref _weights, slots);
        }

        _table = table;
        return table;
    }

    // The first entry that asks for a part the table does not have brings it in.
    private void EnsureParts(in EntryTerms terms)
    {
        EntryTable<TKey, TValue> table = _table;
        EntryParts parts = terms.Parts(terms.Deadline < CacheClock.Never);
        if ((parts & ~table.Parts) != 0)
        {
            if (_wheel is null && parts.HasFlag(EntryParts.Deadlines))
            {
                StartExpiry(table.Entries.Length);
            }

            _table = table.Rebuilt(table.Entries.Length, parts);
        }

        if (terms.Weight != 1 && _weights is null)
        {
            _weights = new long[table.Entries.Length];
            _weights.AsSpan().Fill(1);
        }
    }

    private long WeightOf(int slot) => _weights is { } weights ? weights[slot] : 1;

    // Empties a slot that is in use. Its statistics are the caller's.
    private void Drop(int slot, RemovalReason reason, bool evicted)
    {
        EntryTable<TKey, TValue> table = _table;
        table.Unlink(slot);
        Forget(table, slot, reason, evicted);
        table.Release(slot);
    }

    // All that is known of an entry but its place in the table.
    private void Forget(EntryTable<TKey, TValue> table, int slot, RemovalReason reason, bool evicted)
    {
        _policy.Remove(slot, evicted);
        _wheel?.Cancel(slot);
        _weight -= WeightOf(slot);
        _count--;
        if (_removed is not null)
        {
            ref Entry<TKey, TValue> entry = ref table.Entries[slot];
            Left(entry.Key, entry.Value, reason);
        }
    }

    private void Left(TKey key, TValue value, RemovalReason reason)
    {
        if (_removed is not null)
        {
            (_left ??= []).Add(new(key, value, reason));
        }
    }

    private RemovedEntry<TKey, TValue>[]? TakeLeft()
    {
        if (_left is not { Count: > 0 } left)
        {
            return null;
        }

        RemovedEntry<TKey, TValue>[] taken = [.. left];
        left.Clear();
        return taken;
    }

    private void Announce(RemovedEntry<TKey, TValue>[]? left)
    {
        if (left is not null)
        {
            AnnounceAll(left);
        }
    }

    // Off the lock. A listener's failure is its own: the cache's call has done its work.
    private void AnnounceAll(RemovedEntry<TKey, TValue>[] left)
    {
        foreach (RemovedEntry<TKey, TValue> entry in left)
        {
            foreach (Action<RemovedEntry<TKey, TValue>> listener in Delegate.EnumerateInvocationList(_removed!))
            {
                try
                {
                    listener(entry);
                }
#pragma warning disable CA1031 // Documented at OnRemoved.
                catch (Exception failure)
#pragma warning restore CA1031
                {
                    Log.ListenerFailed(_logger, _name, entry.Reason, failure);
                }
            }
        }
    }

    private static bool IsExpired(EntryTable<TKey, TValue> table, int slot, long now) =>
        table.Deadlines is { } deadlines && DeadlineWord.Deadline(Volatile.Read(ref deadlines[slot])) <= now;

    private bool IsRevoked(EntryTable<TKey, TValue> table, int slot) => table.Tags is { } tags && tags[slot] is { } stamp && _tagRemovals.Covers(stamp.Tags, stamp.Created);

    private int FindFreshLocked(TKey key, uint hash, long now, out int any)
    {
        EntryTable<TKey, TValue> table = _table;
        any = table.FindLocked(key, hash, _comparer);
        return any >= 0 && !IsExpired(table, any, now) && !IsRevoked(table, any) ? any : EntryTable<TKey, TValue>.Absent;
    }
}
