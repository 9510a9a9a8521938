using Vouch.Caching.Backplane;

namespace Vouch.Caching.Hybrid;

/// <summary>What the memory holds for a key: the value itself where sharing it is safe, else its serialized bytes.</summary>
/// <param name="Value">The value, null where <paramref name="Payload"/> stands for it.</param>
/// <param name="Payload">The value's bytes, null where the value itself is shared.</param>
/// <param name="Type">The type that it was stored as.</param>
/// <param name="Stamp">When its making began.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="FreshUntil">The timestamp at which its time is over; it may be kept for longer, to stand in for a newer one.</param>
internal sealed record HybridEntry(object? Value, byte[]? Payload, Type Type, EntryStamp Stamp, string[] Tags, long FreshUntil)
{
    private long _restUntil;
    private int _renewing;

    /// <summary>Gets or sets the timestamp until which it stands in without another attempt to make a newer one.</summary>
    public long RestUntil
    {
        get => Volatile.Read(ref _restUntil);
        set => Volatile.Write(ref _restUntil, value);
    }

    /// <summary>Whether the caller is the one to make a newer one; until <see cref="EndRenewal"/>, nobody else is.</summary>
    public bool TryBeginRenewal() => Interlocked.CompareExchange(ref _renewing, 1, 0) == 0;

    public void EndRenewal() => Volatile.Write(ref _renewing, 0);
}
