using Vouch.Caching.Backplane;
using Vouch.Caching.Hybrid;
using Vouch.Caching.Redis.Coherence;
using Vouch.Caching.Redis.Storage;
using Vouch.Caching.Redis.Tests.Transport;
using Vouch.Caching.Redis.Transport;

namespace Vouch.Caching.Redis.Tests.Coherence;

public sealed class RedisBackplaneTests : IDisposable
{
    private readonly RedisServerProcess _server = new RedisServerProcess().Start();
    private readonly List<IDisposable> _open = [];

    public void Dispose()
    {
        _open.ForEach(static item => item.Dispose());
        _server.Dispose();
    }

    [Fact]
    public async Task Log_ReadsWhatWasPublished_FromWhereTheReaderStands()
    {
        var backplane = new RedisBackplane(Client(), _server.Options);
        BackplaneReading empty = await backplane.ReadAsync(0, default);
        long first = await backplane.PublishAsync(new CacheInvalidation(InvalidationKind.Key, "a"), default);
        long second = await backplane.PublishAsync(new CacheInvalidation(InvalidationKind.Tag, "t"), default);

        BackplaneReading all = await backplane.ReadAsync(empty.Position, default);
        BackplaneReading rest = await backplane.ReadAsync(first, default);

        all.Should().BeEquivalentTo(new BackplaneReading(empty.Epoch, second, [new(first, new(InvalidationKind.Key, "a")), new(second, new(InvalidationKind.Tag, "t"))], true));
        rest.Invalidations.Select(static entry => entry.Position).Should().Equal(second);
        (await backplane.ReadAsync(second, default)).Should().BeEquivalentTo(new BackplaneReading(empty.Epoch, second, [], true));
    }

    [Fact]
    public async Task Log_CutOffBehindTheReader_SaysThatItIsIncomplete()
    {
        RedisOptions options = _server.Options;
        options.LogLength = 16;
        var backplane = new RedisBackplane(Client(), options);
        long start = (await backplane.ReadAsync(0, default)).Position;
        for (int i = 0; i < 1_000; i++)
        {
            await backplane.PublishAsync(new CacheInvalidation(InvalidationKind.Key, $"{i}"), default);
        }

        (await backplane.ReadAsync(start, default)).IsComplete.Should().BeFalse();
    }

    [Fact]
    public async Task Log_OfAServerThatLostItsData_IsAnotherOne()
    {
        RedisClient client = Client();
        var backplane = new RedisBackplane(client, _server.Options);
        BackplaneReading before = await backplane.ReadAsync(0, default);

        await client.SendAsync([new("FLUSHALL")]);
        BackplaneReading after = await backplane.ReadAsync(before.Position, default);

        after.Epoch.Should().NotBe(before.Epoch);
    }

    [Fact]
    public async Task Log_ThatWentBack_IsAnotherOne()
    {
        RedisClient client = Client();
        var backplane = new RedisBackplane(client, _server.Options);
        BackplaneReading before = await backplane.ReadAsync(0, default);
        long ahead = before.Position + (1L << 40);

        BackplaneReading reading = await backplane.ReadAsync(ahead, default);

        reading.IsComplete.Should().BeFalse();
        (await backplane.ReadAsync(0, default)).Epoch.Should().NotBe(before.Epoch, "everyone learns of it");
    }

    [Fact]
    public async Task TwoNodes_ARemovalOnOne_IsHeardOnTheOther()
    {
        VouchHybridCache one = Node();
        VouchHybridCache two = Node();
        await one.GetOrCreateAsync("a", static _ => ValueTask.FromResult(1), tags: ["t"]);
        await UntilAsync(two, "a", 1, made: 1, tags: ["t"]);

        await one.RemoveAsync("a");
        await UntilAsync(two, "a", 2, made: 2, tags: ["t"]);
        await one.RemoveByTagAsync("t");
        await UntilAsync(two, "a", 3, made: 3, tags: ["t"]);
    }

    [Fact]
    public async Task TwoNodes_WhatOneSets_TakesThePlaceOnTheOther()
    {
        VouchHybridCache one = Node();
        VouchHybridCache two = Node();
        await one.SetAsync("b", 1);
        await UntilAsync(two, "b", 1, made: 1);

        // The other may ask before the value is in the shared tier: then it makes it from what it is made from, as new.
        await one.SetAsync("b", 2);
        await UntilAsync(two, "b", 2, made: 2);
    }

    [Fact]
    public async Task ServerGone_TheCacheWorksOn_AndNothingRemovedMeanwhileIsServedAfterwards()
    {
        RedisClient client = Client();
        VouchHybridCache one = Node(client);
        VouchHybridCache two = Node();
        await one.SetAsync("a", 1);
        await UntilAsync(two, "a", 1, made: 1);
        await two.WhenIdleAsync();

        _server.Kill();
        await one.RemoveAsync("a");
        int whileGone = await one.GetOrCreateAsync("a", static _ => ValueTask.FromResult(2));
        int other = await one.GetOrCreateAsync("b", static _ => ValueTask.FromResult(7));
        _server.Start();
        await RedisClientTests.UntilConnectedAsync(client, new("PING"));

        whileGone.Should().Be(2);
        other.Should().Be(7);
        await UntilAsync(two, "a", 3, made: 3);
    }

    private static async Task UntilAsync(VouchHybridCache cache, string key, int expected, int made, string[]? tags = null)
    {
        // A push and a reading are on their way; a test waits for the outcome, and the runner for the test.
        var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await cache.GetOrCreateAsync(key, made, static (value, _) => ValueTask.FromResult(value), tags: tags, cancellationToken: timeout.Token) != expected)
        {
            await Task.Yield();
        }
    }

    private RedisClient Client()
    {
        var client = new RedisClient(_server.Options);
        _open.Add(client);
        return client;
    }

    private VouchHybridCache Node(RedisClient? client = null)
    {
        client ??= Client();
        var node = new VouchHybridCache(
            new VouchHybridCacheOptions { Coherence = new CoherenceOptions { Lease = TimeSpan.FromSeconds(2), HeartbeatInterval = TimeSpan.FromMilliseconds(50) }, DistributedPause = TimeSpan.Zero },
            new RedisDistributedCache(client, _server.Options),
            new RedisBackplane(client, _server.Options));
        _open.Add(node);
        return node;
    }
}
