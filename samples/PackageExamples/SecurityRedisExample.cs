using Microsoft.Extensions.DependencyInjection;
using Vouch;
using Vouch.Security.RateLimiting;
using Vouch.Security.Redis.RateLimiting;
using Vouch.Security.Redis.Replay;
using Vouch.Security.Redis.Transport;

namespace PackageExamples;

/// <summary>The program that the README of Vouch.Security.Redis quotes. It runs without a Redis server too: the limiter then limits by itself, the replay store refuses.</summary>
public static class SecurityRedisExample
{
    /// <summary>Runs it.</summary>
    public static async Task RunAsync()
    {
        #region readme
        using var redis = new RedisLink(new SecurityRedisOptions { Host = "127.0.0.1" });
        var limiter = new RedisRateLimiter(redis, RateQuota.PerMinute(10, burst: 3));
        var replays = new RedisReplayStore(redis);

        Console.WriteLine(await limiter.AcquireAsync("client 17"));                          // granted, 2 of 3 left, whichever process asks
        Console.WriteLine(await replays.TryAcceptAsync(17, DateTimeOffset.UtcNow));          // Accepted by one process, Replayed for all others
        Console.WriteLine(limiter.DecidedAlone == 0 ? "shared through Redis" : "no Redis server: this process limits by itself");
        #endregion
    }

    /// <summary>The registration that the README shows beside it.</summary>
    public static void Register(IServiceCollection services)
    {
        #region container
        services.AddVouchRedisSecurity(options => options.Host = "limits.example.com"); // behind IKeyedRateLimiter and IReplayStore
        // or: services.AddVouch(vouch => vouch.AddRedisSecurity());
        #endregion
    }
}
