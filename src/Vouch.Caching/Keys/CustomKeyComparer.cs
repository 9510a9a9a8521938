namespace Vouch.Caching.Keys;

/// <summary>Keys by a comparer of the host's, or by the type's own equality. The hash is as strong as theirs; the seed keeps its order out of sight.</summary>
internal sealed class CustomKeyComparer<TKey>(IEqualityComparer<TKey> comparer, KeySeed seed) : KeyComparer<TKey>
    where TKey : notnull
{
    public override ulong Hash(TKey key) => KeyHash.OfWord((uint)comparer.GetHashCode(key), seed);

    public override bool Equals(TKey? stored, TKey key) => stored is not null && comparer.Equals(stored, key);

    /// <summary>The same for what stands for a key; null where the comparer does not know of it.</summary>
    public IAlternateKeyComparer<TAlternate, TKey>? Alternate<TAlternate>()
        where TAlternate : allows ref struct =>
        comparer is IAlternateEqualityComparer<TAlternate, TKey?> alternate ? new CustomAlternateKeyComparer<TAlternate, TKey>(alternate, seed) : null;
}
