using System.Diagnostics.CodeAnalysis;
using Vouch.Caching.Entries;
using Vouch.Caching.Policies;
using Vouch.Caching.Storage;
using Vouch.Caching.Tags;

namespace Vouch.Caching;

public sealed partial class VouchCache<TKey, TValue>
{
    private const int GenerationStripes = 1024;
    private const int SweepsPerWrite = 4;

    private readonly TagClock _tagClock;
    private readonly TagRemovals _tagRemovals = new();

    // How often keys of each stripe were removed, and how often the cache was cleared. GetOrAdd takes both before it calls its factory, and stores the value only when both are
    // the same afterwards. Two keys of one stripe at once cost a value that is not stored, never one that should not have been.
    private volatile int[]? _generations;
    private int _clears;

    /// <summary>How many removals by tag are remembered, for tests.</summary>
    internal int RememberedTags => _tagRemovals.Count;

    // Under the lock: how many slots must still be looked at until no entry of before _sweepInstant is left that was removed by tag.
    private int _sweepLeft;
    private int _sweepSlot;
    private long _sweepInstant;

    /// <summary>Removes a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>True where there was a fresh entry.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    /// <remarks>A value of that key which is being made while this is called is given to those who wait for it, but not stored, and not given to anyone who asks later.</remarks>
    public bool Remove(TKey key) => Remove(key, out _);

    /// <summary>Removes a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value it had.</param>
    /// <returns>True where there was a fresh entry.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    /// <remarks>A value of that key which is being made while this is called is given to those who wait for it, but not stored, and not given to anyone who asks later.</remarks>
    public bool Remove(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        ulong hash = Hash(key);
        long now = IsTimed ? _clock.Now() : 0;
        bool removed;
        RemovedEntry<TKey, TValue>[]? left;
        lock (_lock)
        {
            now = BeginWrite(now);
            removed = RemoveLocked(key, hash, now, out value);
            left = TakeLeft();
        }

        Announce(left);
        return removed;
    }

    /// <summary>Removes a key if it has a value, and no other.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value it must have, by the type's own equality.</param>
    /// <returns>True where the key had that value, fresh, and has it no longer.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    /// <remarks>Comparison and removal are one step: a value that another thread sets in between stays. The values are compared under the cache's lock. Where it removes, it does all that
    /// <see cref="Remove(TKey)"/> does; where it does not, nothing is changed.</remarks>
    public bool TryRemove(TKey key, TValue value)
    {
        ulong hash = Hash(key);
        long now = IsTimed ? _clock.Now() : 0;
        bool removed;
        RemovedEntry<TKey, TValue>[]? left;
        lock (_lock)
        {
            now = BeginWrite(now);
            int slot = FindFreshLocked(key, Upper(hash), now, out _);
            removed = slot >= 0 && EqualityComparer<TValue>.Default.Equals(_table.Entries[slot].Value, value) && RemoveLocked(key, hash, now, out _);
            left = TakeLeft();
        }

        Announce(left);
        return removed;
    }

    /// <summary>Removes all entries.</summary>
    /// <remarks>Takes time in proportion to the number of entries. Values that are being made while this is called are not stored.</remarks>
    public void Clear()
    {
        RemovedEntry<TKey, TValue>[]? left;
        lock (_lock)
        {
            _clears++;
            SupersedeAllLocked();
            if (_count > 0)
            {
                ForgetAllLocked();
            }

            left = TakeLeft();
        }

        Announce(left);
    }

    // Readers take no lock and must not find one entry after another was gone: they go on with the old table, which stays as it was, until an empty one stands in its place.
    private void ForgetAllLocked()
    {
        EntryTable<TKey, TValue> table = _table;
        for (int slot = 0; slot < table.Used; slot++)
        {
            // A slot is in use when a chain leads to it; a free one says so itself.
            if (!table.Entries[slot].IsFree)
            {
                _removals++;
                Forget(table, slot, RemovalReason.Cleared, evicted: false);
            }
        }

        _table = table.Emptied();
    }

    /// <summary>Removes all entries that have a tag.</summary>
    /// <param name="tag">The tag, compared by ordinal.</param>
    /// <exception cref="ArgumentNullException"><paramref name="tag"/> is null.</exception>
    /// <remarks>
    /// Takes the same short time however many entries have the tag. None of them is served from then on, nor one that was being made; they leave memory
    /// little by little with later writes, and are announced then.
    /// </remarks>
    public void RemoveByTag(string tag)
    {
        ArgumentNullException.ThrowIfNull(tag);
        lock (_lock)
        {
            long instant = _tagClock.Next();
            _tagRemovals.Remove(tag, instant);
            if (_sweepLeft == 0)
            {
                StartSweep(instant);
            }
        }
    }

    private bool RemoveLocked(TKey key, ulong hash, long now, [MaybeNullWhen(false)] out TValue value)
    {
        _generations ??= new int[GenerationStripes];
        _generations[Stripe(hash)]++;
        SupersedeLocked(key);
        EntryTable<TKey, TValue> table = _table;
        int fresh = FindFreshLocked(key, Upper(hash), now, out int slot);
        value = fresh >= 0 ? table.Entries[fresh].Value : default;
        if (slot >= 0)
        {
            bool expired = IsExpired(table, slot, now);
            _expirations += expired ? 1 : 0;
            _removals += expired ? 0 : 1;
            Drop(slot, expired ? RemovalReason.Expired : RemovalReason.Removed, evicted: false);
        }

        return fresh >= 0;
    }

    private void StartSweep(long instant)
    {
        _sweepInstant = instant;
        _sweepSlot = 0;
        _sweepLeft = _table.Used;
        if (_sweepLeft == 0)
        {
            EndSweep();
        }
    }

    // Looks at the next slots; after a whole round, no entry of before its start remains that was removed by tag then.
    private void SweepLocked(int slots)
    {
        EntryTable<TKey, TValue> table = _table;
        while (slots-- > 0 && _sweepLeft > 0)
        {
            int slot = _sweepSlot++;
            _sweepLeft--;
            if (!table.Entries[slot].IsFree && IsRevoked(table, slot))
            {
                _removals++;
                Drop(slot, RemovalReason.Removed, evicted: false);
            }
        }

        if (_sweepLeft == 0)
        {
            EndSweep();
        }
    }

    private void EndSweep()
    {
        long instant = Math.Min(_sweepInstant, OldestFlight() - 1);
        _tagRemovals.ForgetUntil(instant);
        if (_tagRemovals.Count > 0 && _tagRemovals.Latest > _sweepInstant)
        {
            StartSweep(_tagRemovals.Latest);
        }
    }

    private TagStamp? TagsOf(IReadOnlyList<string>? tags) => tags is { Count: > 0 } ? StampOf(tags, _tagClock.Next()) : null;

    private static TagStamp? StampOf(IReadOnlyList<string>? tags, long created)
    {
        if (tags is not { Count: > 0 })
        {
            return null;
        }

        string[] copy = [.. tags];
        foreach (string tag in copy)
        {
            ArgumentNullException.ThrowIfNull(tag, nameof(tags));
        }

        return new TagStamp(copy, created);
    }

    private Generation GenerationOf(ulong hash) => new(Volatile.Read(ref _clears), _generations is { } generations ? Volatile.Read(ref generations[Stripe(hash)]) : 0);

    private static int Stripe(ulong hash) => (int)(hash & (GenerationStripes - 1));

    private readonly record struct Generation(int Clears, int Removals);
}
