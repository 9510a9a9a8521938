using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Vouch.Caching.Persistence;

namespace Vouch.Caching.Diagnostics;

/// <summary>The persistent tier's instruments, one set for each meter. They are observable: they read the tiers' own counters when somebody collects, and cost nothing else.</summary>
internal sealed class PersistentInstruments
{
    private static readonly ConditionalWeakTable<IMeterFactory, PersistentInstruments> OfHosts = [];

    private readonly ObservedSources<PersistentCache> _caches = new();

    private PersistentInstruments(Meter meter)
    {
        meter.CreateObservableCounter(CachingTelemetry.PersistentRequestsInstrument, () => Measure(CachingTelemetry.RequestTypeTag, ("hit", static counts => counts.Hits), ("miss", static counts => counts.Misses)), "{request}", "Reads of persistent tiers.");
        meter.CreateObservableCounter(CachingTelemetry.PersistentWritesInstrument, () => Measure(null, ("", static counts => counts.Writes)), "{write}", "Values stored in persistent tiers.");
        meter.CreateObservableCounter(CachingTelemetry.PersistentEvictionsInstrument, () => Measure(null, ("", static counts => counts.Evictions)), "{entry}", "Entries that left persistent tiers because room was needed.");
        meter.CreateObservableCounter(CachingTelemetry.PersistentCopiesInstrument, () => Measure(null, ("", static counts => counts.Copies)), "{entry}", "Entries that were written again so that their segment could be given back.");
        meter.CreateObservableCounter(CachingTelemetry.PersistentDamagedReadsInstrument, () => Measure(null, ("", static counts => counts.DamagedReads)), "{request}", "Reads that met a damaged record.");
        meter.CreateObservableUpDownCounter(CachingTelemetry.PersistentEntriesInstrument, () => Measure(null, ("", static counts => counts.Entries)), "{entry}", "Entries in persistent tiers.");
        meter.CreateObservableUpDownCounter(CachingTelemetry.PersistentDiskInstrument, () => Measure(null, ("", static counts => counts.DiskBytes)), "By", "What the segments take of the disk.");
        meter.CreateObservableUpDownCounter(CachingTelemetry.PersistentIndexInstrument, () => Measure(null, ("", static counts => counts.IndexBytes)), "By", "What the indexes take of the memory.");
    }

    /// <summary>The instruments of a host's meters.</summary>
    public static PersistentInstruments For(IMeterFactory factory) => OfHosts.GetValue(factory, static factory => new PersistentInstruments(factory.Create(CachingTelemetry.MeterName)));

    /// <summary>Adds a tier; it is forgotten when it is collected.</summary>
    public void Add(PersistentCache cache) => _caches.Add(cache);

    /// <summary>Takes a tier away.</summary>
    public void Remove(PersistentCache cache) => _caches.Remove(cache);

    private List<Measurement<long>> Measure(string? tag, params ReadOnlySpan<(string Value, Func<PersistentCacheStatistics, long> Count)> figures)
    {
        var measurements = new List<Measurement<long>>();
        foreach (PersistentCache cache in _caches.Present())
        {
            PersistentCacheStatistics counts = cache.Statistics;
            var name = new KeyValuePair<string, object?>(CachingTelemetry.CacheTag, cache.Name);
            foreach ((string value, Func<PersistentCacheStatistics, long> count) in figures)
            {
                measurements.Add(tag is null ? new(count(counts), name) : new(count(counts), name, new KeyValuePair<string, object?>(tag, value)));
            }
        }

        return measurements;
    }
}
