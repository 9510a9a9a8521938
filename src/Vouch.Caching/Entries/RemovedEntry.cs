namespace Vouch.Caching.Entries;

/// <summary>An entry that left the cache, or did not get in.</summary>
/// <typeparam name="TKey">The type of the keys.</typeparam>
/// <typeparam name="TValue">The type of the values.</typeparam>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value; nothing in the cache refers to it any more.</param>
/// <param name="Reason">Why it left.</param>
public readonly record struct RemovedEntry<TKey, TValue>(TKey Key, TValue Value, RemovalReason Reason);
