using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;
using Vouch.Caching.Redis.Storage;
using Vouch.Caching.Redis.Transport;

namespace Vouch.Caching.Redis.Tests.Storage;

public sealed class RedisDistributedCacheTests : IDisposable
{
    private readonly RedisServerProcess _server = new RedisServerProcess().Start();
    private readonly RedisClient _client;
    private readonly RedisDistributedCache _cache;

    public RedisDistributedCacheTests()
    {
        _client = new RedisClient(_server.Options);
        _cache = new RedisDistributedCache(_client, _server.Options);
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task SetGetRemove_AreADictionary()
    {
        var buffer = new ArrayBufferWriter<byte>();
        await _cache.SetAsync("a", [1, 2, 3], new DistributedCacheEntryOptions());
        await _cache.SetAsync("empty", [], new DistributedCacheEntryOptions());

        (await _cache.GetAsync("a")).Should().Equal([1, 2, 3]);
        (await _cache.TryGetAsync("a", buffer)).Should().BeTrue();
        buffer.WrittenSpan.ToArray().Should().Equal([1, 2, 3]);
        (await _cache.GetAsync("empty")).Should().BeEmpty();
        _cache.Get("none").Should().BeNull();
        _cache.Remove("a");
        _cache.Get("a").Should().BeNull();
    }

    [Fact]
    public async Task Expirations_StandOnTheKey_AndReadingRenewsTheSlidingOne()
    {
        await _cache.SetAsync("absolute", [1], new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(5) });
        await _cache.SetAsync("sliding", [1], new DistributedCacheEntryOptions { SlidingExpiration = TimeSpan.FromMinutes(5), AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1) });
        await _cache.SetAsync("never", [1], new DistributedCacheEntryOptions());
        await _client.SendAsync([new("PEXPIRE", "test:sliding", 5_000)]);

        await _cache.GetAsync("sliding");

        (await LifeAsync("absolute")).Should().BeInRange(200_000, 300_000);
        (await LifeAsync("sliding")).Should().BeInRange(200_000, 300_000);
        (await LifeAsync("never")).Should().Be(-1);
        await _client.SendAsync([new("PEXPIRE", "test:sliding", 5_000)]);
        await _cache.RefreshAsync("sliding");
        (await LifeAsync("sliding")).Should().BeGreaterThan(200_000);
        await _cache.SetAsync("never", [1], new DistributedCacheEntryOptions { AbsoluteExpiration = DateTimeOffset.UnixEpoch });
        _cache.Get("never").Should().BeNull("an end that has passed removes the key");
    }

    [Fact]
    public async Task Get_WhatSomethingElseWrote_IsNoEntry()
    {
        await _client.SendAsync([new("SET", "test:a", "plain text of another program")]);

        (await _cache.GetAsync("a")).Should().BeNull();
    }

    private async Task<long> LifeAsync(string key) => (await _client.SendAsync([new("PTTL", "test:" + key)]))[0].Whole;
}
