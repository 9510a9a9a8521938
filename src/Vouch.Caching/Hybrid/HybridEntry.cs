using Vouch.Caching.Backplane;

namespace Vouch.Caching.Hybrid;

/// <summary>What the memory holds for a key: the value itself where sharing it is safe, else its serialized bytes.</summary>
/// <param name="Value">The value, null where <paramref name="Payload"/> stands for it.</param>
/// <param name="Payload">The value's bytes, null where the value itself is shared.</param>
/// <param name="Type">The type that it was stored as.</param>
/// <param name="Stamp">When its making began.</param>
/// <param name="Tags">Its tags.</param>
internal sealed record HybridEntry(object? Value, byte[]? Payload, Type Type, EntryStamp Stamp, string[] Tags);
