namespace Vouch.Caching.Persistence;

/// <summary>What a <see cref="PersistentCache"/> has done since it was opened, and what it takes.</summary>
/// <param name="Entries">The entries it holds, those included whose time is over and which nobody has asked for since.</param>
/// <param name="Hits">Reads that found a value.</param>
/// <param name="Misses">Reads that found none.</param>
/// <param name="Writes">Values stored.</param>
/// <param name="Evictions">Entries that left because room was needed.</param>
/// <param name="Copies">Entries that were written again so that the segment they stood in could be given back.</param>
/// <param name="DamagedReads">Reads that met a damaged record; each was a miss.</param>
/// <param name="DiskBytes">What the segments take of the disk.</param>
/// <param name="IndexBytes">What the index takes of the memory.</param>
public sealed record PersistentCacheStatistics(long Entries, long Hits, long Misses, long Writes, long Evictions, long Copies, long DamagedReads, long DiskBytes, long IndexBytes);
