namespace Vouch.Caching.Keys;

/// <summary>Alternate keys by a comparer of the host's.</summary>
internal sealed class CustomAlternateKeyComparer<TAlternate, TKey>(IAlternateEqualityComparer<TAlternate, TKey?> comparer, KeySeed seed) : IAlternateKeyComparer<TAlternate, TKey>
    where TAlternate : allows ref struct
    where TKey : notnull
{
    public ulong Hash(TAlternate alternate) => KeyHash.OfWord((uint)comparer.GetHashCode(alternate), seed);

    public bool Equals(TAlternate alternate, TKey? stored) => stored is not null && comparer.Equals(alternate, stored);

    public TKey Create(TAlternate alternate) => comparer.Create(alternate)!;
}
