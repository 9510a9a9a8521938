using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Vouch.Caching.Configuration;
using Vouch.Caching.Diagnostics;

namespace Vouch.Caching.Tests;

/// <summary>Caches in a container, and their instruments.</summary>
public sealed class RegistrationTests
{
    [Fact]
    public void CacheFactory_NamedOptions_AreSetOnTopOfTheCommonOnes()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Capacity", "500"), new("TimeToLive", "00:05:00")]).Build();
        using ServiceProvider provider = new ServiceCollection().AddVouchCaching(configuration).Configure<CacheOptions>("tiles", options => options.Capacity = 7).BuildServiceProvider();
        CacheFactory factory = provider.GetRequiredService<CacheFactory>();

        factory.Create<int, int>("answers").Capacity.Should().Be(500);
        factory.Create<int, int>("tiles").Capacity.Should().Be(7);
        factory.Create<int, int>("tiles", builder => builder.Configure(options => options.Capacity = 8)).Capacity.Should().Be(8);
        factory.Create<int, int>("tiles").Capacity.Should().Be(7, "one cache's own options are no other's");
        provider.Dispose();
        factory.Invoking(it => it.Create<int, int>("late")).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void AddCaching_BadOption_IsNamed()
    {
        using ServiceProvider provider = new ServiceCollection().AddVouch(vouch => vouch.AddCaching(options => options.Capacity = -1)).BuildServiceProvider();

        provider.GetRequiredService<CacheFactory>().Invoking(it => it.Create<int, int>("any")).Should().Throw<OptionsValidationException>().WithMessage("*Capacity*");
    }

    [Fact]
    public async Task Instruments_WhenCollected_GiveWhatTheCacheCounted()
    {
        using ServiceProvider provider = new ServiceCollection().AddVouchCaching().BuildServiceProvider();
        using VouchCache<int, int> cache = provider.GetRequiredService<CacheFactory>().Create<int, int>("tiles", builder => builder.Configure(options => options.Capacity = 2));
        using var listener = new MeterListener();
        var seen = new Dictionary<string, long>();
        IMeterFactory meters = provider.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == CachingTelemetry.MeterName && instrument.Meter.Scope == meters)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            tags[0].Should().Be(new KeyValuePair<string, object?>(CachingTelemetry.CacheTag, "tiles"));
            seen.Add(instrument.Name + (tags.Length > 1 ? ":" + tags[1].Value : ""), value);
        });
        listener.Start();

        await cache.GetOrAddAsync(1, (key, _) => new ValueTask<int>(key), TestContext.Current.CancellationToken);
        cache.TryGet(1, out _);
        cache.TryGet(2, out _);
        cache.Remove(1);
        cache.Set(3, 3);
        listener.RecordObservableInstruments();

        seen.Should().BeEquivalentTo(new Dictionary<string, long>
        {
            ["vouch.caching.requests:hit"] = 1,
            ["vouch.caching.requests:miss"] = 2,
            ["vouch.caching.stale_responses"] = 0,
            ["vouch.caching.evictions:evicted"] = 0,
            ["vouch.caching.evictions:expired"] = 0,
            ["vouch.caching.evictions:removed"] = 1,
            ["vouch.caching.evictions:rejected"] = 0,
            ["vouch.caching.loads:succeeded"] = 1,
            ["vouch.caching.loads:failed"] = 0,
            ["vouch.caching.entries"] = 1,
            ["vouch.caching.estimated_size"] = 1,
        });
    }

    [Fact]
    public void PersistentInstruments_WhenCollected_GiveWhatTheTierCounted()
    {
        using var folder = new Persistence.CacheFolder();
        using ServiceProvider provider = new ServiceCollection().AddVouchPersistentCache(options => options.Folder = Path.Combine(folder.Path, "tier")).BuildServiceProvider();
        var tier = provider.GetRequiredService<Vouch.Caching.Persistence.PersistentCache>();
        IMeterFactory meters = provider.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        var seen = new Dictionary<string, long>();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Name.Contains(".persistent.", StringComparison.Ordinal))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            tags[0].Should().Be(new KeyValuePair<string, object?>(CachingTelemetry.CacheTag, "tier"));
            seen.Add(instrument.Name + (tags.Length > 1 ? ":" + tags[1].Value : ""), value);
        });
        listener.Start();

        tier.Set("a"u8, "1"u8);
        tier.Set("b"u8, "2"u8);
        tier.Get("a"u8);
        tier.Get("c"u8);
        listener.RecordObservableInstruments();

        seen["vouch.caching.persistent.requests:hit"].Should().Be(1);
        seen["vouch.caching.persistent.requests:miss"].Should().Be(1);
        seen["vouch.caching.persistent.writes"].Should().Be(2);
        seen["vouch.caching.persistent.entries"].Should().Be(2);
        seen["vouch.caching.persistent.damaged_reads"].Should().Be(0);
        seen["vouch.caching.persistent.disk"].Should().BePositive();
        seen["vouch.caching.persistent.index"].Should().BePositive();
        seen.Should().HaveCount(9);
    }
}
