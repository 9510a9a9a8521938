using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Vouch.Caching.Redis.Diagnostics;
using Vouch.Caching.Redis.Transport;

namespace Vouch.Caching.Redis.Tests.Transport;

public sealed class RedisInstrumentsTests : IDisposable
{
    private readonly RedisServerProcess _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Commands_AnsweredRefusedAndFailed_AreCounted()
    {
        using ServiceProvider provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
        IMeterFactory meters = provider.GetRequiredService<IMeterFactory>();
        var seen = new Dictionary<string, long>();
        int timed = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == CachingRedisTelemetry.MeterName && instrument.Meter.Scope == meters)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            string name = instrument.Name + (tags.Length > 0 ? ":" + tags[0].Value : "");
            lock (seen)
            {
                seen[name] = seen.GetValueOrDefault(name) + value;
            }
        });
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref timed));
        listener.Start();
        using var client = new RedisClient(_server.Start().Options, meters: meters);

        await client.SendAsync([new("SET", "a", "1"), new("GET", "a"), new("LPUSH", "a", "x")], TestContext.Current.CancellationToken);
        _server.Kill();
        await client.Invoking(it => it.SendAsync([new("PING")])).Should().ThrowAsync<RedisConnectionException>();

        timed.Should().Be(2);
        seen.Should().Contain("vouch.caching.redis.commands:succeeded", 2)
            .And.Contain("vouch.caching.redis.commands:refused", 1)
            .And.Contain("vouch.caching.redis.commands:failed", 1)
            .And.Contain("vouch.caching.redis.connection.attempts:succeeded", 1);
    }
}
