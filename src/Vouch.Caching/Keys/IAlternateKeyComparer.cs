namespace Vouch.Caching.Keys;

/// <summary>Finds keys by something that stands for them, such as a span of characters for a string.</summary>
internal interface IAlternateKeyComparer<TAlternate, TKey>
    where TAlternate : allows ref struct
{
    ulong Hash(TAlternate alternate);

    bool Equals(TAlternate alternate, TKey? stored);

    TKey Create(TAlternate alternate);
}
