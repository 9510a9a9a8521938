using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vouch.Caching.Keys;

/// <summary>How a cache hashes and compares its keys. Value types without a comparer of their own go round it, inlined (<see cref="HashValue"/>).</summary>
internal abstract class KeyComparer<TKey>
    where TKey : notnull
{
    public abstract ulong Hash(TKey key);

    /// <summary>Compares a stored key to one asked for. The stored one may be null where its slot was emptied a moment ago.</summary>
    public abstract bool Equals(TKey? stored, TKey key);

    /// <summary>The comparer for a kind of keys; null where <see cref="HashValue"/> and the default comparer serve.</summary>
    public static KeyComparer<TKey>? For(IEqualityComparer<TKey>? comparer, KeySeed seed)
    {
        if (comparer is null || ReferenceEquals(comparer, EqualityComparer<TKey>.Default))
        {
            if (typeof(TKey) == typeof(string))
            {
                return (KeyComparer<TKey>)(object)new OrdinalKeyComparer(seed);
            }

            return typeof(TKey).IsValueType ? null : new CustomKeyComparer<TKey>(EqualityComparer<TKey>.Default, seed);
        }

        return typeof(TKey) == typeof(string) && ReferenceEquals(comparer, StringComparer.Ordinal)
            ? (KeyComparer<TKey>)(object)new OrdinalKeyComparer(seed)
            : new CustomKeyComparer<TKey>(comparer, seed);
    }

    /// <summary>The hash of a value type. The type tests are settled by the JIT compiler.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong HashValue(TKey key, KeySeed seed)
    {
        if (typeof(TKey) == typeof(int))
        {
            return KeyHash.OfWord((uint)(int)(object)key, seed);
        }

        if (typeof(TKey) == typeof(uint))
        {
            return KeyHash.OfWord((uint)(object)key, seed);
        }

        if (typeof(TKey) == typeof(long))
        {
            return KeyHash.OfWord((ulong)(long)(object)key, seed);
        }

        if (typeof(TKey) == typeof(ulong))
        {
            return KeyHash.OfWord((ulong)(object)key, seed);
        }

        if (typeof(TKey) == typeof(Guid) || typeof(TKey) == typeof(Int128) || typeof(TKey) == typeof(UInt128))
        {
            return KeyHash.OfBytes(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<TKey, byte>(ref key), 16), seed);
        }

        // Every other type's hash is as strong as the type made it; the seed keeps its order out of sight.
        return KeyHash.OfWord((uint)EqualityComparer<TKey>.Default.GetHashCode(key), seed);
    }
}
