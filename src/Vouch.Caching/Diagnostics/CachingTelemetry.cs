namespace Vouch.Caching.Diagnostics;

/// <summary>The names under which this package reports: subscribe to them by name alone.</summary>
public static class CachingTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Vouch.Caching";

    /// <summary>Counter of reads, in <c>{request}</c>, by <see cref="RequestTypeTag"/>.</summary>
    public const string RequestsInstrument = "vouch.caching.requests";

    /// <summary>Counter of reads answered with a value past its time, in <c>{request}</c>; they are misses too.</summary>
    public const string StaleInstrument = "vouch.caching.stale_responses";

    /// <summary>Counter of entries that left, in <c>{entry}</c>, by <see cref="ReasonTag"/>.</summary>
    public const string EvictionsInstrument = "vouch.caching.evictions";

    /// <summary>Counter of runs of factories, in <c>{load}</c>, by <see cref="OutcomeTag"/>.</summary>
    public const string LoadsInstrument = "vouch.caching.loads";

    /// <summary>Entries in memory, in <c>{entry}</c>.</summary>
    public const string EntriesInstrument = "vouch.caching.entries";

    /// <summary>The sum of the weights of the entries in memory, in <c>1</c>: the unit is the weigher's.</summary>
    public const string SizeInstrument = "vouch.caching.estimated_size";

    /// <summary>Counter of reads of persistent tiers, in <c>{request}</c>, by <see cref="RequestTypeTag"/>.</summary>
    public const string PersistentRequestsInstrument = "vouch.caching.persistent.requests";

    /// <summary>Counter of values stored in persistent tiers, in <c>{write}</c>.</summary>
    public const string PersistentWritesInstrument = "vouch.caching.persistent.writes";

    /// <summary>Counter of entries that left persistent tiers because room was needed, in <c>{entry}</c>.</summary>
    public const string PersistentEvictionsInstrument = "vouch.caching.persistent.evictions";

    /// <summary>Counter of entries that were written again so that their segment could be given back, in <c>{entry}</c>.</summary>
    public const string PersistentCopiesInstrument = "vouch.caching.persistent.copies";

    /// <summary>Counter of reads that met a damaged record, in <c>{request}</c>; they are misses too.</summary>
    public const string PersistentDamagedReadsInstrument = "vouch.caching.persistent.damaged_reads";

    /// <summary>Entries in persistent tiers, in <c>{entry}</c>.</summary>
    public const string PersistentEntriesInstrument = "vouch.caching.persistent.entries";

    /// <summary>What the segments of persistent tiers take of the disk, in <c>By</c>.</summary>
    public const string PersistentDiskInstrument = "vouch.caching.persistent.disk";

    /// <summary>What the indexes of persistent tiers take of the memory, in <c>By</c>.</summary>
    public const string PersistentIndexInstrument = "vouch.caching.persistent.index";

    /// <summary>The tag that holds the cache's name; of a persistent tier, its folder's.</summary>
    public const string CacheTag = "vouch.caching.cache";

    /// <summary>The tag that holds what a read found: hit or miss.</summary>
    public const string RequestTypeTag = "vouch.caching.request.type";

    /// <summary>The tag that holds why entries left: evicted, expired, removed or rejected.</summary>
    public const string ReasonTag = "vouch.caching.reason";

    /// <summary>The tag that holds how a run of a factory ended: succeeded or failed.</summary>
    public const string OutcomeTag = "vouch.caching.outcome";
}
