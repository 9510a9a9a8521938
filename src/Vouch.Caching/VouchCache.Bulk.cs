using Vouch.Caching.Entries;
using Vouch.Caching.Storage;

namespace Vouch.Caching;

public sealed partial class VouchCache<TKey, TValue>
{
    /// <summary>Gets the values of many keys.</summary>
    /// <param name="keys">The keys; one that comes twice is answered twice.</param>
    /// <param name="values">Gets each key's value at the key's place, or the type's default where there is none.</param>
    /// <param name="found">Gets at each key's place whether there is a value; empty where that does not matter.</param>
    /// <returns>The number of keys that have a value.</returns>
    /// <exception cref="ArgumentException"><paramref name="values"/> is shorter than <paramref name="keys"/>, or <paramref name="found"/> is neither empty nor as long.</exception>
    /// <exception cref="ArgumentNullException">A key is null.</exception>
    /// <remarks>Each key is read at an instant of its own. Takes no lock and allocates nothing.</remarks>
    public int GetMany(ReadOnlySpan<TKey> keys, Span<TValue> values, Span<bool> found = default)
    {
        if (values.Length < keys.Length)
        {
            throw new ArgumentException($"There are {keys.Length} keys and places for {values.Length} values.", nameof(values));
        }

        if (found.Length > 0 && found.Length < keys.Length)
        {
            throw new ArgumentException($"There are {keys.Length} keys and {found.Length} places to say whether they have a value.", nameof(found));
        }

        int count = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            bool has = TryGet(keys[i], out TValue? value);
            values[i] = value!;
            count += has ? 1 : 0;
            if (found.Length > 0)
            {
                found[i] = has;
            }
        }

        return count;
    }

    /// <summary>Sets the values of many keys.</summary>
    /// <param name="entries">Keys and values; of a key that comes twice, the later value stands.</param>
    /// <param name="entry">How these entries are kept; null for the cache's own settings.</param>
    /// <returns>How many the cache took.</returns>
    /// <exception cref="ArgumentNullException">A key is null, or a tag.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value in <paramref name="entry"/> is out of its range, or the weigher gave less than 1; entries before that one are set.</exception>
    /// <remarks>Each entry is set at an instant of its own.</remarks>
    public int SetMany(ReadOnlySpan<KeyValuePair<TKey, TValue>> entries, EntryOptions? entry = null)
    {
        entry ??= NoOptions;
        int count = 0;
        foreach (KeyValuePair<TKey, TValue> pair in entries)
        {
            count += Set(pair.Key, pair.Value, entry) is SetOutcome.Added or SetOutcome.Replaced ? 1 : 0;
        }

        return count;
    }

    /// <summary>Removes many keys.</summary>
    /// <param name="keys">The keys.</param>
    /// <returns>How many of them had a fresh entry.</returns>
    /// <exception cref="ArgumentNullException">A key is null.</exception>
    /// <remarks>Each key is removed at an instant of its own.</remarks>
    public int RemoveMany(ReadOnlySpan<TKey> keys)
    {
        int count = 0;
        foreach (TKey key in keys)
        {
            count += Remove(key) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Gets all fresh entries, in no order.</summary>
    /// <returns>Keys and values as of one instant.</returns>
    /// <remarks>Takes time in proportion to the number of entries, and holds up writers meanwhile. Does not count as reading them.</remarks>
    public KeyValuePair<TKey, TValue>[] ToArray()
    {
        lock (_lock)
        {
            long now = Now();
            EntryTable<TKey, TValue> table = _table;
            var entries = new List<KeyValuePair<TKey, TValue>>(_count);
            for (int slot = 0; slot < table.Used; slot++)
            {
                ref Entry<TKey, TValue> entry = ref table.Entries[slot];
                if (!entry.IsFree && !IsExpired(table, slot, now) && !IsRevoked(table, slot))
                {
                    entries.Add(new(entry.Key, entry.Value));
                }
            }

            return [.. entries];
        }
    }
}
