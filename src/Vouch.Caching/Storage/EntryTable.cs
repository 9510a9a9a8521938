using System.Runtime.CompilerServices;
using Vouch.Caching.Keys;
using Vouch.Caching.Tags;
using Vouch.Caching.Time;

namespace Vouch.Caching.Storage;

/// <summary>A hash table without an object per entry. Readers take no lock; writers hold the cache's lock.</summary>
/// <remarks>
/// <para>A reader copies what it found and then asks the group's version (<see cref="SlotIndex"/>) whether anything was changed meanwhile; if so, it begins again. A slot that was
/// freed under a reader may by then belong to another group; the reader then sees whole entries of the same table, but its own group's version has
/// been raised, and what it read is dropped. Structs may be read torn; a torn key is never compared and a torn value never returned, because the version is asked first.</para>
/// <para>A table is never changed after another one has taken its place. A reader that still holds it began before, and answers as of then.</para>
/// </remarks>
internal sealed class EntryTable<TKey, TValue>
    where TKey : notnull
{
    /// <summary>No such key.</summary>
    public const int Absent = -1;

    /// <summary>Writers came between too often; look under the lock.</summary>
    public const int Busy = -2;

    public readonly Entry<TKey, TValue>[] Entries;
    public readonly long[]? Deadlines;
    public readonly uint[]? Slides;
    public readonly long[]? Limits;
    public readonly TagStamp?[]? Tags;

    private const int Attempts = 16;

    private readonly SlotIndex _index;
    private int _firstFree;
    private int _used;

    public EntryTable(int slots, EntryParts parts)
    {
        Parts = parts;
        Entries = new Entry<TKey, TValue>[slots];
        _index = new SlotIndex(slots);
        _firstFree = -1;
        Deadlines = parts.HasFlag(EntryParts.Deadlines) ? new long[slots] : null;
        Slides = parts.HasFlag(EntryParts.Sliding) ? new uint[slots] : null;
        Limits = parts.HasFlag(EntryParts.Limits) ? new long[slots] : null;
        Tags = parts.HasFlag(EntryParts.Tags) ? new TagStamp?[slots] : null;
    }

    public EntryParts Parts { get; }

    /// <summary>Slots up to this one (exclusive) have been in use.</summary>
    public int Used => _used;

    public bool IsFull => _firstFree < 0 && _used == Entries.Length;

    /// <summary>A larger table, or one with more parts, with the same entries in the same slots.</summary>
    public EntryTable<TKey, TValue> Rebuilt(int slots, EntryParts parts)
    {
        var table = new EntryTable<TKey, TValue>(slots, parts | Parts) { _firstFree = _firstFree, _used = _used };
        Array.Copy(Entries, table.Entries, _used);
        Copy(Slides, table.Slides);
        Copy(Limits, table.Limits);
        Copy(Tags, table.Tags);
        if (!Copy(Deadlines, table.Deadlines) && table.Deadlines is { } deadlines)
        {
            deadlines.AsSpan(0, _used).Fill(DeadlineWord.Never);
        }

        for (int slot = 0; slot < _used; slot++)
        {
            ref Entry<TKey, TValue> entry = ref table.Entries[slot];
            if (!entry.IsFree)
            {
                table.Link(slot);
            }
        }

        return table;
    }

    /// <summary>A table of the same size and parts with nothing in it; the slots that were in use are free.</summary>
    public EntryTable<TKey, TValue> Emptied()
    {
        var table = new EntryTable<TKey, TValue>(Entries.Length, Parts) { _used = _used };
        for (int slot = _used - 1; slot >= 0; slot--)
        {
            table.Release(slot);
        }

        return table;
    }

    /// <summary>The group where a hash belongs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref byte GroupOf(uint hash) => ref _index.GroupOf(hash);

    /// <summary>Finds a key without a lock.</summary>
    /// <returns>Its slot, <see cref="Absent"/> or <see cref="Busy"/>.</returns>
    public int Find(TKey key, uint hash, KeyComparer<TKey>? comparer, out TValue value, ref EntryView view)
    {
        ref byte group = ref _index.GroupOf(hash);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            uint version = SlotIndex.Version(ref group);
            if ((version & 1) == 0)
            {
                int slot = Search(ref group, version, key, hash, comparer);
                if (slot >= 0)
                {
                    value = Entries[slot].Value;
                    if (Parts != EntryParts.None)
                    {
                        Read(slot, ref view);
                    }
                }
                else
                {
                    value = default!;
                }

                if (slot != Busy && SlotIndex.IsUnchanged(ref group, version))
                {
                    return slot;
                }
            }

            Thread.SpinWait(1 << Math.Min(attempt, 6));
        }

        value = default!;
        return Busy;
    }

    // Looks through a group and its overflow; Busy where a writer came between. Under the lock, none does.
    private int Search(ref byte group, uint version, TKey key, uint hash, KeyComparer<TKey>? comparer)
    {
        Entry<TKey, TValue>[] entries = Entries;
        uint places = SlotIndex.Candidates(ref group, hash);
        int overflow = SlotIndex.Overflow(ref group);
        int steps = entries.Length;
        while (true)
        {
            int slot;
            if (places != 0)
            {
                slot = SlotIndex.First(ref group, places);
                places &= places - 1;
            }
            else if (overflow >= 0 && --steps >= 0)
            {
                slot = overflow;
                overflow = entries[slot].Next;
            }
            else
            {
                return steps >= 0 ? Absent : Busy;
            }

            ref Entry<TKey, TValue> entry = ref entries[slot];
            if (entry.Hash == hash)
            {
                TKey stored = entry.Key;
                if (!IsWhole && !SlotIndex.IsUnchanged(ref group, version))
                {
                    return Busy;
                }

                if (typeof(TKey).IsValueType && comparer is null ? EqualityComparer<TKey>.Default.Equals(stored, key) : comparer!.Equals(stored, key))
                {
                    return slot;
                }
            }
        }
    }

    /// <summary>Finds what stands for a key without a lock.</summary>
    /// <returns>Its slot, <see cref="Absent"/> or <see cref="Busy"/>.</returns>
    public int Find<TAlternate>(TAlternate key, uint hash, IAlternateKeyComparer<TAlternate, TKey> comparer, out TValue value, ref EntryView view)
        where TAlternate : allows ref struct
    {
        ref byte group = ref _index.GroupOf(hash);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            uint version = SlotIndex.Version(ref group);
            if ((version & 1) == 0)
            {
                int slot = Search(ref group, version, key, hash, comparer);
                if (slot >= 0)
                {
                    value = Entries[slot].Value;
                    if (Parts != EntryParts.None)
                    {
                        Read(slot, ref view);
                    }
                }
                else
                {
                    value = default!;
                }

                if (slot != Busy && SlotIndex.IsUnchanged(ref group, version))
                {
                    return slot;
                }
            }

            Thread.SpinWait(1 << Math.Min(attempt, 6));
        }

        value = default!;
        return Busy;
    }

    private int Search<TAlternate>(ref byte group, uint version, TAlternate key, uint hash, IAlternateKeyComparer<TAlternate, TKey> comparer)
        where TAlternate : allows ref struct
    {
        Entry<TKey, TValue>[] entries = Entries;
        uint places = SlotIndex.Candidates(ref group, hash);
        int overflow = SlotIndex.Overflow(ref group);
        int steps = entries.Length;
        while (true)
        {
            int slot;
            if (places != 0)
            {
                slot = SlotIndex.First(ref group, places);
                places &= places - 1;
            }
            else if (overflow >= 0 && --steps >= 0)
            {
                slot = overflow;
                overflow = entries[slot].Next;
            }
            else
            {
                return steps >= 0 ? Absent : Busy;
            }

            ref Entry<TKey, TValue> entry = ref entries[slot];
            if (entry.Hash == hash)
            {
                TKey stored = entry.Key;
                if (!IsWhole && !SlotIndex.IsUnchanged(ref group, version))
                {
                    return Busy;
                }

                if (comparer.Equals(key, stored))
                {
                    return slot;
                }
            }
        }
    }

    /// <summary>Finds a key under the lock.</summary>
    public int FindLocked(TKey key, uint hash, KeyComparer<TKey>? comparer)
    {
        ref byte group = ref _index.GroupOf(hash);
        return Search(ref group, SlotIndex.Version(ref group), key, hash, comparer);
    }

    /// <summary>Finds what stands for a key under the lock.</summary>
    public int FindLocked<TAlternate>(TAlternate key, uint hash, IAlternateKeyComparer<TAlternate, TKey> comparer)
        where TAlternate : allows ref struct
    {
        ref byte group = ref _index.GroupOf(hash);
        return Search(ref group, SlotIndex.Version(ref group), key, hash, comparer);
    }

    /// <summary>What a slot holds beside key and value; a whole picture only under the lock.</summary>
    public void Read(int slot, ref EntryView view)
    {
        view.Word = Deadlines is { } deadlines ? Volatile.Read(ref deadlines[slot]) : DeadlineWord.Never;
        if (Parts > EntryParts.Deadlines)
        {
            view.Slide = Slides is { } slides ? slides[slot] : 0;
            view.Limit = Limits is { } limits ? limits[slot] : CacheClock.Never;
            view.Tags = Tags?[slot];
        }
    }

    /// <summary>Takes a slot that nobody can find yet.</summary>
    public int Take()
    {
        if (_firstFree < 0)
        {
            return _used++;
        }

        int slot = _firstFree;
        _firstFree = -3 - Entries[slot].Next;
        Entries[slot].Next = Entry<TKey, TValue>.End;
        return slot;
    }

    /// <summary>Gives a slot back that nobody can find any more.</summary>
    public void Release(int slot)
    {
        ref Entry<TKey, TValue> entry = ref Entries[slot];
        if (RuntimeHelpers.IsReferenceOrContainsReferences<TKey>())
        {
            entry.Key = default!;
        }

        if (RuntimeHelpers.IsReferenceOrContainsReferences<TValue>())
        {
            entry.Value = default!;
        }

        if (Tags is { } tags)
        {
            tags[slot] = null;
        }

        entry.Next = -3 - _firstFree;
        _firstFree = slot;
    }

    /// <summary>Makes a slot that was written findable.</summary>
    public void Link(int slot)
    {
        ref Entry<TKey, TValue> entry = ref Entries[slot];
        ref byte group = ref _index.GroupOf(entry.Hash);
        SlotIndex.BeginChange(ref group);
        if (SlotIndex.TryAdd(ref group, entry.Hash, slot))
        {
            entry.Next = Entry<TKey, TValue>.End;
        }
        else
        {
            entry.Next = SlotIndex.Overflow(ref group);
            SlotIndex.SetOverflow(ref group, slot);
        }

        SlotIndex.EndChange(ref group);
    }

    /// <summary>Makes a slot unfindable.</summary>
    public void Unlink(int slot)
    {
        ref Entry<TKey, TValue> entry = ref Entries[slot];
        ref byte group = ref _index.GroupOf(entry.Hash);
        int place = SlotIndex.PlaceOf(ref group, entry.Hash, slot);
        int overflow = SlotIndex.Overflow(ref group);
        SlotIndex.BeginChange(ref group);
        if (place < 0)
        {
            if (overflow == slot)
            {
                SlotIndex.SetOverflow(ref group, entry.Next);
            }
            else
            {
                while (Entries[overflow].Next != slot)
                {
                    overflow = Entries[overflow].Next;
                }

                Entries[overflow].Next = entry.Next;
            }
        }
        else if (overflow >= 0)
        {
            ref Entry<TKey, TValue> first = ref Entries[overflow];
            SlotIndex.Put(ref group, place, first.Hash, overflow);
            SlotIndex.SetOverflow(ref group, first.Next);
            first.Next = Entry<TKey, TValue>.End;
        }
        else
        {
            SlotIndex.Empty(ref group, place);
        }

        SlotIndex.EndChange(ref group);
    }

    /// <summary>Keeps readers of an entry away while it is changed in place.</summary>
    public void BeginChange(int slot) => SlotIndex.BeginChange(ref _index.GroupOf(Entries[slot].Hash));

    /// <summary>Lets readers back in.</summary>
    public void EndChange(int slot) => SlotIndex.EndChange(ref _index.GroupOf(Entries[slot].Hash));

    /// <summary>Whether the processor reads a key at once: such a key cannot be torn.</summary>
    public static bool IsWhole => !typeof(TKey).IsValueType || typeof(TKey).IsPrimitive || typeof(TKey).IsEnum;

    private bool Copy<T>(T[]? from, T[]? to)
    {
        if (from is null || to is null)
        {
            return false;
        }

        Array.Copy(from, to, _used);
        return true;
    }
}
