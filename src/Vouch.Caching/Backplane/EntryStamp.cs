namespace Vouch.Caching.Backplane;

/// <summary>When a value was made, by the one clock that counts: how far its maker had read the invalidation log when it began. A value is out of date as soon as anything that
/// concerns it was logged later than that.</summary>
/// <param name="Epoch">The log, 0 where there is none and positions are UTC ticks.</param>
/// <param name="Position">The position.</param>
/// <param name="Fetched">When its making began on this node, as a <see cref="TimeProvider"/> timestamp; it does not travel.</param>
internal readonly record struct EntryStamp(ulong Epoch, long Position, long Fetched);
