namespace Vouch.Caching.Persistence;

/// <summary>What opening a <see cref="PersistentCache"/> found.</summary>
/// <param name="Entries">The entries it came back with.</param>
/// <param name="Segments">The segments it came back with.</param>
/// <param name="DamagedRecords">The damaged places that were met and passed over. Damage inside a key or a value is not looked for here: it shows, and is a miss, when the entry is read.</param>
/// <param name="SuspectedEntries">The entries that were given up because a place was unreadable, behind them, that may have replaced or removed any of them.</param>
/// <param name="DiscardedSegments">The segments that were deleted: of another policy or format, or older than one that was missing or unreadable.</param>
public sealed record PersistentRecovery(long Entries, int Segments, int DamagedRecords, long SuspectedEntries, int DiscardedSegments);
