using Microsoft.Extensions.DependencyInjection;
using Vouch;
using Vouch.Caching.Hybrid;
using Vouch.Caching.Redis.Coherence;
using Vouch.Caching.Redis.Storage;
using Vouch.Caching.Redis.Transport;

namespace PackageExamples;

/// <summary>The program that the README of Vouch.Caching.Redis quotes. It runs without a Redis server too, and says so: the cache then works by memory and factory.</summary>
public static class CachingRedisExample
{
    /// <summary>Runs it.</summary>
    public static async Task RunAsync()
    {
        #region readme
        using var redis = new RedisClient(new RedisOptions { Host = "127.0.0.1" });
        await using var cache = new VouchHybridCache(distributed: new RedisDistributedCache(redis), backplane: new RedisBackplane(redis));

        string tile = await cache.GetOrCreateAsync("tile/17", _ => ValueTask.FromResult("rendered"), tags: ["scene/4"]);
        await cache.RemoveByTagAsync("scene/4"); // on every node; without a server, on this one, and delivered when it is there
        string again = await cache.GetOrCreateAsync("tile/17", _ => ValueTask.FromResult("rendered again"), tags: ["scene/4"]);
        Console.WriteLine($"{tile}, {again}");
        Console.WriteLine(await redis.IsAvailableAsync() ? "shared through Redis" : "no Redis server: memory and factory only");
        #endregion
    }

    /// <summary>The registration that the README shows beside it.</summary>
    public static void Register(IServiceCollection services)
    {
        #region container
        services.AddVouchRedisCaching(options => options.Host = "cache.example.com");
        services.AddVouchHybridCache(); // the host's HybridCache, over Redis and its backplane
        // or: services.AddVouch(vouch => vouch.AddRedisCaching().AddHybridCache());
        #endregion
    }
}
