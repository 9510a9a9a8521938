using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Vouch.Caching.Entries;
using Vouch.Caching.Keys;

namespace Vouch.Caching;

/// <summary>A <see cref="VouchCache{TKey, TValue}"/> asked by something that stands for its keys, such as a span of characters for strings: a hit makes no key.</summary>
/// <typeparam name="TAlternate">What stands for a key.</typeparam>
/// <typeparam name="TKey">The type of the keys.</typeparam>
/// <typeparam name="TValue">The type of the values.</typeparam>
/// <remarks>Made by <see cref="VouchCache{TKey, TValue}.GetAlternateLookup{TAlternate}"/>; a view of the same entries, as safe to share as the cache.</remarks>
public readonly struct AlternateCacheLookup<TAlternate, TKey, TValue>
    where TAlternate : notnull, allows ref struct
    where TKey : notnull
{
    private readonly VouchCache<TKey, TValue> _cache;
    private readonly IAlternateKeyComparer<TAlternate, TKey> _comparer;

    internal AlternateCacheLookup(VouchCache<TKey, TValue> cache, IAlternateKeyComparer<TAlternate, TKey> comparer)
    {
        _cache = cache;
        _comparer = comparer;
    }

    /// <summary>Gets the cache.</summary>
    public VouchCache<TKey, TValue> Cache => _cache;

    /// <summary>Gets the value of a key, where the cache has it and it is fresh.</summary>
    /// <param name="key">What stands for the key.</param>
    /// <param name="value">The value.</param>
    /// <returns>True where there is one.</returns>
    public bool TryGet(TAlternate key, [MaybeNullWhen(false)] out TValue value) => _cache.TryRead(key, _comparer, out value);

    /// <summary>Gets the value of a key, or makes and adds it.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <param name="key">What stands for the key; the key is made on a miss.</param>
    /// <param name="state">Handed to the factory.</param>
    /// <param name="factory">Makes the value from key and state. Runs outside all locks; when several callers miss at once, each runs its own and all get the value that came first.</param>
    /// <returns>The value, whether or not the full cache took it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="factory"/> is null.</exception>
    public TValue GetOrAdd<TState>(TAlternate key, TState state, Func<TKey, TState, TValue> factory)
        where TState : allows ref struct
    {
        ArgumentNullException.ThrowIfNull(factory);
        return TryGet(key, out TValue? value) ? value : _cache.GetOrAdd(_comparer.Create(key), state, factory);
    }

    /// <summary>Sets the value of a key.</summary>
    /// <param name="key">What stands for the key; the key is made.</param>
    /// <param name="value">The value.</param>
    /// <returns>What became of it.</returns>
    public SetOutcome Set(TAlternate key, TValue value) => _cache.Set(_comparer.Create(key), value);

    /// <summary>Removes a key.</summary>
    /// <param name="key">What stands for the key; the key is made, so that values in the making are found too.</param>
    /// <returns>True where there was a fresh entry.</returns>
    public bool Remove(TAlternate key) => _cache.Remove(_comparer.Create(key));
}
