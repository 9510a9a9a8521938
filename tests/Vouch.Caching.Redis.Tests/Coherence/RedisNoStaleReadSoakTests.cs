using System.Globalization;
using Vouch.Caching.Backplane;
using Vouch.Caching.Hybrid;
using Vouch.Caching.Redis.Coherence;
using Vouch.Caching.Redis.Storage;
using Vouch.Caching.Redis.Transport;

namespace Vouch.Caching.Redis.Tests.Coherence;

/// <summary>
/// Three nodes on a real server, whose connections are cut at random. The promise: one round trip after a removal has returned, no node serves what was removed. The round trip is a
/// PING of that node: what the server pushed before stands before its reply. <c>VOUCH_CACHE_REDIS_ROUNDS</c> sets how many removals are tried; the default is 300.
/// </summary>
public sealed class RedisNoStaleReadSoakTests : IDisposable
{
    private const int Nodes = 3;
    private const int Keys = 6;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly RedisServerProcess _server = new RedisServerProcess().Start();
    private readonly RedisClient[] _clients;
    private readonly VouchHybridCache[] _nodes;
    private readonly int[] _source = new int[Keys];

    public RedisNoStaleReadSoakTests()
    {
        RedisOptions redis = _server.Options;
        redis.MinReconnectDelay = redis.MaxReconnectDelay = TimeSpan.FromMilliseconds(1);
        var options = new VouchHybridCacheOptions { Coherence = new CoherenceOptions { Lease = TimeSpan.FromMinutes(10), HeartbeatInterval = TimeSpan.FromMinutes(5) }, DistributedPause = TimeSpan.Zero };
        _clients = [.. Enumerable.Range(0, Nodes + 1).Select(_ => new RedisClient(redis))];
        _nodes = [.. _clients.Take(Nodes).Select(client => new VouchHybridCache(options, new RedisDistributedCache(client, redis), new RedisBackplane(client, redis)))];
    }

    public void Dispose()
    {
        Array.ForEach(_nodes, static node => node.Dispose());
        Array.ForEach(_clients, static client => client.Dispose());
        _server.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // by a user who may not publish: tracking tells of the log, not of what is in it
    public async Task WhatWasRemoved_IsServedByNoNode_OneRoundTripLater(bool mayPublish)
    {
        int rounds = int.Parse(Environment.GetEnvironmentVariable("VOUCH_CACHE_REDIS_ROUNDS") ?? "300", CultureInfo.InvariantCulture);
        var random = new Random(1);
        if (!mayPublish)
        {
            await _clients[Nodes].SendAsync([new("ACL", "SETUSER", "default", "-publish")]);
        }

        (int hits, int made) = (0, 0);
        for (int round = 0; round < rounds; round++)
        {
            int key = random.Next(Keys);
            foreach (VouchHybridCache node in _nodes)
            {
                int before = _source[key];
                (await ReadAsync(node, key, () => made++)).Should().Be(before);
            }

            if (random.Next(4) == 0)
            {
                await CutAsync(_clients[random.Next(Nodes)]);
            }

            int remover = random.Next(Nodes);
            await PingAsync(_clients[remover]);
            await ChangeAsync(_nodes[remover], key, random.Next(4));

            foreach (int other in Enumerable.Range(0, Nodes))
            {
                await PingAsync(_clients[other]);
                int least = _source[key];
                int runs = made;
                (await ReadAsync(_nodes[other], key, () => made++)).Should().Be(least, $"round {round}: node {other} has heard of the removal on node {remover}");
                hits += made == runs ? 1 : 0;
            }
        }

        hits.Should().BeGreaterThan(rounds, "the value that one node made serves the others");
    }

    private ValueTask<int> ReadAsync(VouchHybridCache node, int key, Action made) => node.GetOrCreateAsync(
        $"key-{key}",
        _ =>
        {
            made();
            return ValueTask.FromResult(_source[key]);
        },
        tags: [$"tag-{key / 2}"]);

    private async Task ChangeAsync(VouchHybridCache node, int key, int kind)
    {
        foreach (int changed in kind switch { < 2 => [key], 2 => [key / 2 * 2, (key / 2 * 2) + 1], _ => Enumerable.Range(0, Keys) })
        {
            _source[changed]++;
        }

        await (kind switch
        {
            0 => node.RemoveAsync($"key-{key}"),
            1 => node.SetAsync($"key-{key}", _source[key], tags: [$"tag-{key / 2}"]),
            2 => node.RemoveByTagAsync($"tag-{key / 2}"),
            _ => node.RemoveByTagAsync(VouchHybridCache.EveryTag),
        });
    }

    private async Task CutAsync(RedisClient client)
    {
        await PingAsync(client);
        long id = (await client.SendAsync([new("CLIENT", "ID")]))[0].Whole;
        await _clients[Nodes].SendAsync([new("CLIENT", "KILL", "ID", id)]);
    }

    private static async Task PingAsync(RedisClient client)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await client.IsAvailableAsync(patience.Token))
        {
            await Task.Yield();
        }
    }
}
