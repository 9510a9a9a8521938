using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Vouch.Caching.Keys;
using Vouch.Caching.Statistics;
using Vouch.Caching.Storage;
using Vouch.Caching.Time;

namespace Vouch.Caching;

public sealed partial class VouchCache<TKey, TValue>
{
    // A read's view of the time: every so many reads of a thread ask the real clock, the others go by what it last said.
    private const int ReadsPerClock = 16;

    /// <summary>Gets the value of a key, where the cache has it and it is fresh.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <returns>True where there is one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    /// <remarks>Takes no lock and allocates nothing.</remarks>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value) => TryRead(key, Upper(Hash(key)), out value);

    // The way of nearly all hits: the first candidate of the group is the key, and nobody writes. Everything else goes the longer way, from the beginning.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryRead(TKey key, uint hash, [MaybeNullWhen(false)] out TValue value)
    {
        EntryTable<TKey, TValue> table = _table;
        KeyComparer<TKey>? comparer = _comparer;
        if ((!typeof(TKey).IsValueType || comparer is null) && table.Parts <= EntryParts.Deadlines)
        {
            ref byte group = ref table.GroupOf(hash);
            uint version = SlotIndex.Version(ref group);
            uint places = SlotIndex.Candidates(ref group, hash);
            if (places == 0)
            {
                if (SlotIndex.Overflow(ref group) < 0 && SlotIndex.IsUnchanged(ref group, version) && (version & 1) == 0 && _stripes[ThreadIndex.Current] is { } own)
                {
                    own.Misses++;
                    value = default;
                    return false;
                }
            }
            else
            {
                int slot = SlotIndex.First(ref group, places);
                ref Entry<TKey, TValue> entry = ref table.Entries[slot];
                if (entry.Hash == hash)
                {
                    TKey stored = entry.Key;
                    if ((EntryTable<TKey, TValue>.IsWhole || SlotIndex.IsUnchanged(ref group, version))
                        && (typeof(TKey).IsValueType ? EqualityComparer<TKey>.Default.Equals(stored, key) : comparer!.Equals(stored, key)))
                    {
                        value = entry.Value;
                        long word = table.Deadlines is { } deadlines ? deadlines[slot] : DeadlineWord.Never;
                        if (SlotIndex.IsUnchanged(ref group, version) && (version & 1) == 0
                            && _stripes[ThreadIndex.Current] is { } stripe && (word >= DeadlineWord.Never || DeadlineWord.Deadline(word) > NowForRead(stripe)))
                        {
                            NoteHit(stripe, slot, hash);
                            return true;
                        }
                    }
                }
            }
        }

        return TryReadSlowly(key, hash, out value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryReadSlowly(TKey key, uint hash, [MaybeNullWhen(false)] out TValue value)
    {
        while (true)
        {
            EntryTable<TKey, TValue> table = _table;
            Unsafe.SkipInit(out EntryView view);
            int slot = table.Find(key, hash, _comparer, out value, ref view);
            if (slot == EntryTable<TKey, TValue>.Busy)
            {
                (table, slot) = FindUnderLock(key, hash, out value, ref view);
            }

            if (TryTellRevoked(table, slot, in view, out bool revoked))
            {
                return Conclude(table, revoked ? EntryTable<TKey, TValue>.Absent : slot, hash, in view, ref value!);
            }
        }
    }

    // Whether what was found was removed by tag. False where that cannot be told: the entry left after it was read, and with it what is remembered of the removal. The entry leaves first, so that one
    // that is still there after the look has been looked at in time.
    private bool TryTellRevoked(EntryTable<TKey, TValue> table, int slot, in EntryView view, out bool revoked)
    {
        revoked = false;
        if (slot < 0 || table.Parts <= EntryParts.Deadlines || view.Tags is not { } stamp)
        {
            return true;
        }

        revoked = _tagRemovals.Covers(stamp.Tags, stamp.Created);
        Volatile.ReadBarrier();
        return revoked || (_table.Tags is { } tags && ReferenceEquals(Volatile.Read(ref tags[slot]), stamp));
    }

    // Whether what was found counts as a hit, and counts it.
    private bool Conclude(EntryTable<TKey, TValue> table, int slot, uint hash, in EntryView view, ref TValue value)
    {
        ReadStripe? stripe = _stripes[ThreadIndex.Current] ?? OwnStripe();
        if (slot < 0 || (table.Parts != EntryParts.None && !IsFresh(table, slot, in view, stripe)))
        {
            CountMiss(stripe);
            value = default!;
            return false;
        }

        if (stripe is not null)
        {
            NoteHit(stripe, slot, hash);
        }
        else
        {
            NoteSharedHit(slot, hash);
        }

        return true;
    }

    private (EntryTable<TKey, TValue> Table, int Slot) FindUnderLock(TKey key, uint hash, out TValue value, ref EntryView view)
    {
        lock (_lock)
        {
            EntryTable<TKey, TValue> table = _table;
            int slot = table.FindLocked(key, hash, _comparer);
            if (slot < 0)
            {
                value = default!;
                return (table, slot);
            }

            value = table.Entries[slot].Value;
            table.Read(slot, ref view);
            return (table, slot);
        }
    }

    private bool IsFresh(EntryTable<TKey, TValue> table, int slot, in EntryView view, ReadStripe? stripe)
    {
        long deadline = view.Deadline;
        if (deadline < CacheClock.Never)
        {
            long now = NowForRead(stripe);
            if (deadline <= now)
            {
                return false;
            }

            if (table.Parts > EntryParts.Deadlines && view.Slide > 0)
            {
                long moved = Math.Min(view.Limit, CacheClock.Add(now, view.Slide));
                if (moved > deadline)
                {
                    // Fails where another reader moved it or the slot was written: then there is nothing left to do.
                    Interlocked.CompareExchange(ref table.Deadlines![slot], DeadlineWord.With(view.Word, moved), view.Word);
                }
            }
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long NowForRead(ReadStripe? stripe)
    {
        long recent = CoarseClock.Recent;
        return _isCoarse && recent != long.MinValue && stripe is not null && ((stripe.Hits + stripe.Misses) & (ReadsPerClock - 1)) != 0
            ? recent - _coarseStart
            : ReadClock(stripe);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private long ReadClock(ReadStripe? stripe)
    {
        if (!_isCoarse)
        {
            return _clock.Now();
        }

        // The first of so many reads of a thread: more are likely to come.
        return (stripe is not null && ((stripe.Hits + stripe.Misses) & (ReadsPerClock - 1)) == 0 ? CoarseClock.RefreshAndKeep() : CoarseClock.Refresh()) - _coarseStart;
    }
}
