using System.Diagnostics.Metrics;
using Vouch.AnomalyDetection.Diagnostics;
using Vouch.AnomalyDetection.Series;
using Vouch.Testing;

namespace Vouch.AnomalyDetection.Tests.Diagnostics;

public class InstrumentWatcherTests
{
    [Fact]
    public void Measurements_BecomeSeries_AndAlarm()
    {
        var time = new ManualTimeProvider();
        var registry = new SeriesRegistry();
        string name = $"watched.{Guid.NewGuid():N}";
        using var meter = new Meter(name);
        using var foreign = new Meter("other." + name);
        using var watcher = new InstrumentWatcher(registry, new InstrumentWatcherOptions { Meters = { name }, MaxSeries = 4 }, time);
        Counter<long> requests = meter.CreateCounter<long>("requests");
        Histogram<double> latency = meter.CreateHistogram<double>("latency");
        UpDownCounter<int> queue = meter.CreateUpDownCounter<int>("queue");
        meter.CreateObservableGauge("load", () => 0.5f);
        foreign.CreateCounter<long>("requests").Add(1);
        var random = new Random(1);
        for (int i = 0; i < 400; i++)
        {
            requests.Add(600 + random.Next(20), KeyValuePair.Create<string, object?>("route", "/a"));
            latency.Record(10 + random.NextDouble());
            latency.Record(i == 390 ? 900 : 10 + random.NextDouble());
            queue.Add(i % 2 == 0 ? 1 : -1);
            requests.Add(1, KeyValuePair.Create<string, object?>("route", "/too many"));
            time.Advance(TimeSpan.FromMinutes(1));
        }

        watcher.Count.Should().Be(4);
        watcher.PassedOver.Should().BeGreaterThan(0);
        registry.Count.Should().Be(4);
        RegistryHealth health = registry.GetHealth();
        health.Observations.Should().BeGreaterThan(4 * 390);
        health.Alarms.Should().BeGreaterThan(0).And.BeLessThan(6);
    }
}
