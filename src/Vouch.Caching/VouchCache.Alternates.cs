using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Vouch.Caching.Keys;
using Vouch.Caching.Statistics;
using Vouch.Caching.Storage;

namespace Vouch.Caching;

public sealed partial class VouchCache<TKey, TValue>
{
    /// <summary>Gets a view of the cache that is asked by something that stands for its keys: <c>GetAlternateLookup&lt;ReadOnlySpan&lt;char&gt;&gt;()</c> for string keys.</summary>
    /// <typeparam name="TAlternate">What stands for a key.</typeparam>
    /// <returns>The view. It costs nothing to make.</returns>
    /// <exception cref="InvalidOperationException">The cache's comparer does not know of that type: it is not an <see cref="IAlternateEqualityComparer{TAlternate, T}"/> of it.</exception>
    public AlternateCacheLookup<TAlternate, TKey, TValue> GetAlternateLookup<TAlternate>()
        where TAlternate : notnull, allows ref struct
    {
        IAlternateKeyComparer<TAlternate, TKey>? comparer = _comparer switch
        {
            IAlternateKeyComparer<TAlternate, TKey> own => own,
            CustomKeyComparer<TKey> custom => custom.Alternate<TAlternate>(),
            _ => null,
        };
        return comparer is null
            ? throw new InvalidOperationException($"The cache's keys cannot be found by {typeof(TAlternate)}: build it with a comparer that is an IAlternateEqualityComparer of it.")
            : new AlternateCacheLookup<TAlternate, TKey, TValue>(this, comparer);
    }

    internal bool TryRead<TAlternate>(TAlternate key, IAlternateKeyComparer<TAlternate, TKey> comparer, [MaybeNullWhen(false)] out TValue value)
        where TAlternate : notnull, allows ref struct
    {
        uint hash = Upper(comparer.Hash(key));
        while (true)
        {
            EntryTable<TKey, TValue> table = _table;
            Unsafe.SkipInit(out EntryView view);
            int slot = table.Find(key, hash, comparer, out value, ref view);
            if (slot == EntryTable<TKey, TValue>.Busy)
            {
                lock (_lock)
                {
                    table = _table;
                    slot = table.FindLocked(key, hash, comparer);
                    if (slot >= 0)
                    {
                        value = table.Entries[slot].Value;
                        table.Read(slot, ref view);
                    }
                }
            }

            if (TryTellRevoked(table, slot, in view, out bool revoked))
            {
                return Conclude(table, revoked ? EntryTable<TKey, TValue>.Absent : slot, hash, in view, ref value!);
            }
        }
    }
}
