using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Vouch.Caching.Statistics;

namespace Vouch.Caching.Diagnostics;

/// <summary>The package's instruments, one set for each meter. They are observable: they read the caches' own counters when somebody collects, and cost nothing else.</summary>
internal sealed class CacheInstruments
{
    private static readonly CacheInstruments Own = new(new Meter(CachingTelemetry.MeterName));
    private static readonly ConditionalWeakTable<IMeterFactory, CacheInstruments> OfHosts = [];

    private readonly ObservedSources<ICountedCache> _caches = new();

    private CacheInstruments(Meter meter)
    {
        meter.CreateObservableCounter(CachingTelemetry.RequestsInstrument, () => Measure(CachingTelemetry.RequestTypeTag, ("hit", static counts => counts.Hits), ("miss", static counts => counts.Misses)), "{request}", "Reads of caches.");
        meter.CreateObservableCounter(CachingTelemetry.StaleInstrument, () => Measure(null, ("", static counts => counts.StaleHits)), "{request}", "Reads answered with a value past its time.");
        meter.CreateObservableCounter(
            CachingTelemetry.EvictionsInstrument,
            () => Measure(
                CachingTelemetry.ReasonTag,
                ("evicted", static counts => counts.Evictions),
                ("expired", static counts => counts.Expirations),
                ("removed", static counts => counts.Removals),
                ("rejected", static counts => counts.Rejections)),
            "{entry}",
            "Entries that left caches or were refused.");
        meter.CreateObservableCounter(CachingTelemetry.LoadsInstrument, () => Measure(CachingTelemetry.OutcomeTag, ("succeeded", static counts => counts.Loads), ("failed", static counts => counts.LoadFailures)), "{load}", "Runs of factories.");
        meter.CreateObservableUpDownCounter(CachingTelemetry.EntriesInstrument, () => Measure(null, ("", static counts => counts.Count)), "{entry}", "Entries in memory.");
        meter.CreateObservableUpDownCounter(CachingTelemetry.SizeInstrument, () => Measure(null, ("", static counts => counts.Weight)), "1", "The sum of the weights of the entries in memory.");
    }

    /// <summary>The instruments of a host's meters, or the package's own.</summary>
    public static CacheInstruments For(IMeterFactory? factory) =>
        factory is null ? Own : OfHosts.GetValue(factory, static factory => new CacheInstruments(factory.Create(CachingTelemetry.MeterName)));

    /// <summary>Adds a cache; it is forgotten when it is collected.</summary>
    public void Add(ICountedCache cache) => _caches.Add(cache);

    /// <summary>Takes a cache away.</summary>
    public void Remove(ICountedCache cache) => _caches.Remove(cache);

    private List<Measurement<long>> Measure(string? tag, params ReadOnlySpan<(string Value, Func<CacheStatistics, long> Count)> figures)
    {
        var measurements = new List<Measurement<long>>();
        foreach (ICountedCache cache in _caches.Present())
        {
            CacheStatistics counts = cache.Statistics;
            foreach ((string value, Func<CacheStatistics, long> count) in figures)
            {
                var name = new KeyValuePair<string, object?>(CachingTelemetry.CacheTag, cache.Name);
                measurements.Add(tag is null ? new(count(counts), name) : new(count(counts), name, new KeyValuePair<string, object?>(tag, value)));
            }
        }

        return measurements;
    }
}
