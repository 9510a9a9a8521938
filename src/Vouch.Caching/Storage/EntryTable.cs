using System.Runtime.CompilerServices;
using Vouch.Caching.Keys;
using Vouch.Caching.Tags;
using Vouch.Caching.Time;

namespace Vouch.Caching.Storage;

/// <summary>A hash table without an object per entry. Readers take no lock; writers hold the cache's lock.</summary>
/// <remarks>
/// <para>A bucket is one word: the first slot of its chain, and above it a version that every change to the chain raises. A reader takes the word, walks the chain,
/// copies what it found, and takes the word again: when it is the same, nothing was changed in between. A slot that was freed under a reader may by then
/// belong to another chain; the reader then walks astray over whole entries of the same table, but its own bucket's version has been raised, and what
/// it read is dropped. Structs may be read torn; a torn key is never compared and a torn value never returned, because the word is checked first.</para>
/// <para>The order that holds on weak memory models: a writer raises the version before it empties or reuses a slot (<see cref="Volatile.WriteBarrier"/> between);
/// a reader loads the version after it has read the slot (<see cref="Volatile.ReadBarrier"/> between). So who sees a slot's new content also sees the raised version.</para>
/// <para>A table is never changed after a larger one has taken its place. A reader that still holds it began before, and answers as of then.</para>
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

    private const long Changing = long.MinValue;
    private const long VersionStep = 1L << 32;
    private const int Attempts = 16;

    private readonly long[] _buckets;
    private int _firstFree;
    private int _used;

    public EntryTable(int slots, EntryParts parts)
    {
        Parts = parts;
        Entries = new Entry<TKey, TValue>[slots];
        _buckets = new long[slots];
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
                ref long bucket = ref table.Bucket(entry.Hash);
                entry.Next = (int)bucket - 1;
                bucket = (uint)(slot + 1);
            }
        }

        return table;
    }

    /// <summary>Finds a key without a lock.</summary>
    /// <returns>Its slot, <see cref="Absent"/> or <see cref="Busy"/>.</returns>
    public int Find(TKey key, uint hash, KeyComparer<TKey>? comparer, out TValue value, ref EntryView view)
    {
        Entry<TKey, TValue>[] entries = Entries;
        ref long bucket = ref Bucket(hash);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            long before = Volatile.Read(ref bucket);
            int slot = (int)before - 1;
            int steps = entries.Length;
            while (slot >= 0 && --steps >= 0)
            {
                ref Entry<TKey, TValue> entry = ref entries[slot];
                if (entry.Hash == hash)
                {
                    TKey stored = entry.Key;
                    if (!IsWhole && !Unchanged(ref bucket, before))
                    {
                        break;
                    }

                    if (typeof(TKey).IsValueType && comparer is null ? EqualityComparer<TKey>.Default.Equals(stored, key) : comparer!.Equals(stored, key))
                    {
                        value = entry.Value;
                        if (Parts != EntryParts.None)
                        {
                            Read(slot, ref view);
                        }

                        if (Unchanged(ref bucket, before))
                        {
                            return slot;
                        }

                        break;
                    }
                }

                slot = entry.Next;
            }

            if (slot < 0 && Unchanged(ref bucket, before))
            {
                value = default!;
                return Absent;
            }

            Thread.SpinWait(1 << Math.Min(attempt, 6));
        }

        value = default!;
        return Busy;
    }

    /// <summary>The same for what stands for a key.</summary>
    public int Find<TAlternate>(TAlternate key, uint hash, IAlternateKeyComparer<TAlternate, TKey> comparer, out TValue value, ref EntryView view)
        where TAlternate : allows ref struct
    {
        Entry<TKey, TValue>[] entries = Entries;
        ref long bucket = ref Bucket(hash);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            long before = Volatile.Read(ref bucket);
            int slot = (int)before - 1;
            int steps = entries.Length;
            while (slot >= 0 && --steps >= 0)
            {
                ref Entry<TKey, TValue> entry = ref entries[slot];
                if (entry.Hash == hash)
                {
                    TKey stored = entry.Key;
                    if (!IsWhole && !Unchanged(ref bucket, before))
                    {
                        break;
                    }

                    if (comparer.Equals(key, stored))
                    {
                        value = entry.Value;
                        if (Parts != EntryParts.None)
                        {
                            Read(slot, ref view);
                        }

                        if (Unchanged(ref bucket, before))
                        {
                            return slot;
                        }

                        break;
                    }
                }

                slot = entry.Next;
            }

            if (slot < 0 && Unchanged(ref bucket, before))
            {
                value = default!;
                return Absent;
            }

            Thread.SpinWait(1 << Math.Min(attempt, 6));
        }

        value = default!;
        return Busy;
    }

    /// <summary>Finds a key under the lock.</summary>
    public int FindLocked(TKey key, uint hash, KeyComparer<TKey>? comparer)
    {
        int slot = (int)Bucket(hash) - 1;
        while (slot >= 0)
        {
            ref Entry<TKey, TValue> entry = ref Entries[slot];
            if (entry.Hash == hash && (comparer is null ? EqualityComparer<TKey>.Default.Equals(entry.Key, key) : comparer.Equals(entry.Key, key)))
            {
                return slot;
            }

            slot = entry.Next;
        }

        return Absent;
    }

    /// <summary>Finds what stands for a key under the lock.</summary>
    public int FindLocked<TAlternate>(TAlternate key, uint hash, IAlternateKeyComparer<TAlternate, TKey> comparer)
        where TAlternate : allows ref struct
    {
        int slot = (int)Bucket(hash) - 1;
        while (slot >= 0)
        {
            ref Entry<TKey, TValue> entry = ref Entries[slot];
            if (entry.Hash == hash && comparer.Equals(key, entry.Key))
            {
                return slot;
            }

            slot = entry.Next;
        }

        return Absent;
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
        ref long bucket = ref Bucket(entry.Hash);
        entry.Next = (int)bucket - 1;
        Volatile.Write(ref bucket, Raised(bucket) | (uint)(slot + 1));
    }

    /// <summary>Makes a slot unfindable.</summary>
    public void Unlink(int slot)
    {
        ref Entry<TKey, TValue> entry = ref Entries[slot];
        ref long bucket = ref Bucket(entry.Hash);
        int at = (int)bucket - 1;
        if (at == slot)
        {
            Volatile.Write(ref bucket, Raised(bucket) | (uint)(entry.Next + 1));
        }
        else
        {
            while (Entries[at].Next != slot)
            {
                at = Entries[at].Next;
            }

            Entries[at].Next = entry.Next;
            Volatile.Write(ref bucket, Raised(bucket) | (uint)bucket);
        }

        Volatile.WriteBarrier();
    }

    /// <summary>Keeps readers of an entry away while it is changed in place.</summary>
    public void BeginChange(int slot)
    {
        ref long bucket = ref Bucket(Entries[slot].Hash);
        Volatile.Write(ref bucket, bucket | Changing);
        Volatile.WriteBarrier();
    }

    /// <summary>Lets readers back in.</summary>
    public void EndChange(int slot)
    {
        ref long bucket = ref Bucket(Entries[slot].Hash);
        Volatile.Write(ref bucket, Raised(bucket) | (uint)bucket);
    }

    // A key that the processor reads at once cannot be torn.
    private static bool IsWhole => !typeof(TKey).IsValueType || typeof(TKey).IsPrimitive || typeof(TKey).IsEnum;

    private static long Raised(long bucket) => (bucket + VersionStep) & ~(uint.MaxValue | Changing);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Unchanged(ref long bucket, long before)
    {
        Volatile.ReadBarrier();
        return bucket == before && before >= 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref long Bucket(uint hash) => ref _buckets[(int)(((ulong)hash * (uint)_buckets.Length) >> 32)];

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
