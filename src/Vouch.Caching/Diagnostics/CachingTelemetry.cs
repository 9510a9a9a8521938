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

    /// <summary>The tag that holds the cache's name.</summary>
    public const string CacheTag = "vouch.caching.cache";

    /// <summary>The tag that holds what a read found: hit or miss.</summary>
    public const string RequestTypeTag = "vouch.caching.request.type";

    /// <summary>The tag that holds why entries left: evicted, expired, removed or rejected.</summary>
    public const string ReasonTag = "vouch.caching.reason";

    /// <summary>The tag that holds how a run of a factory ended: succeeded or failed.</summary>
    public const string OutcomeTag = "vouch.caching.outcome";
}
