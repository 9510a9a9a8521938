namespace Vouch.Caching.Storage;

/// <summary>One slot of an <see cref="EntryTable{TKey, TValue}"/>.</summary>
internal struct Entry<TKey, TValue>
{
    /// <summary>The end of a chain.</summary>
    public const int End = -1;

    /// <summary>The upper half of the key's hash.</summary>
    public uint Hash;

    /// <summary>The next slot of the chain, or <see cref="End"/>; below that, the slot is free and -3 minus this is the next free one (-1: none).</summary>
    public int Next;

    public TKey Key;

    public TValue Value;

    public readonly bool IsFree => Next < End;
}
