using Microsoft.Extensions.DependencyInjection;
using Vouch.Security.RateLimiting;
using Vouch.Security.Redis.RateLimiting;
using Vouch.Security.Redis.Replay;
using Vouch.Security.Redis.Transport;
using Vouch.Security.Replay;

namespace Vouch.Security.Redis.Tests;

/// <summary>Against a real server.</summary>
public sealed class SharedSecurityTests : IDisposable
{
    private readonly RedisServerProcess _server = new();

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task RateLimiter_OneKey_AnswersAsABucketAtTheServersTime()
    {
        using var link = new RedisLink(_server.Start().Options);
        var limiter = new RedisRateLimiter(link, new RateQuota(3, TimeSpan.FromHours(3)));

        RateLimitDecision peek = await limiter.AcquireAsync("a", 0);
        RateLimitDecision first = await limiter.AcquireAsync("a");
        RateLimitDecision second = await limiter.AcquireAsync("a", 2);
        RateLimitDecision refused = await limiter.AcquireAsync("a", 2);
        RateLimitDecision never = await limiter.AcquireAsync("a", 4);
        RateLimitDecision other = await limiter.AcquireAsync(new string('b', 100_000), 3);

        peek.Remaining.Should().Be(3);
        first.Remaining.Should().Be(2);
        first.ResetAfter.Should().Be(TimeSpan.FromHours(1));
        second.Remaining.Should().Be(0);
        refused.Outcome.Should().Be(RateLimitOutcome.Exhausted);
        refused.RetryAfter.Should().BeGreaterThan(TimeSpan.FromMinutes(119)).And.BeLessThanOrEqualTo(TimeSpan.FromHours(2));
        never.Outcome.Should().Be(RateLimitOutcome.NeverGrantable);
        never.RetryAfter.Should().BeNull();
        other.IsGranted.Should().BeTrue();
        limiter.DecidedAlone.Should().Be(0);
        limiter.SetQuota("a", new RateQuota(10, TimeSpan.FromHours(10)));
        (await limiter.AcquireAsync("a", 7)).IsGranted.Should().BeTrue();
    }

    [Fact]
    public async Task RateLimiter_ManyProcessesAtOnce_GrantTheQuotaOnce()
    {
        _server.Start();
        RedisLink[] links = [.. Enumerable.Range(0, 4).Select(_ => new RedisLink(_server.Options))];
        int granted = 0;

        await Task.WhenAll(links.SelectMany(link => Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var limiter = new RedisRateLimiter(link, new RateQuota(50, TimeSpan.FromDays(10)));
            for (int i = 0; i < 40; i++)
            {
                Interlocked.Add(ref granted, (await limiter.AcquireAsync("shared")).IsGranted ? 1 : 0);
            }
        }))));

        granted.Should().Be(50);
        Array.ForEach(links, link => link.Dispose());
    }

    [Fact]
    public async Task RateLimiter_ServerForgetsTheScriptOrDies_GoesOn()
    {
        using var link = new RedisLink(_server.Start().Options);
        var limiter = new RedisRateLimiter(link, new RateQuota(2, TimeSpan.FromHours(2)));
        (await limiter.AcquireAsync("a")).IsGranted.Should().BeTrue();

        _server.Kill();
        RateLimitDecision alone = await limiter.AcquireAsync("a", 2);
        RateLimitDecision refused = await limiter.AcquireAsync("a", 2);

        alone.IsGranted.Should().BeTrue();
        refused.IsGranted.Should().BeFalse("alone, the process keeps to the quota by itself");
        limiter.DecidedAlone.Should().Be(2);
        _server.Start();
        DateTime end = DateTime.UtcNow.AddSeconds(20);
        while (!await link.IsAvailableAsync() && DateTime.UtcNow < end)
        {
            await Task.Yield();
        }

        RateLimitDecision back = await limiter.AcquireAsync("a", 2);
        back.IsGranted.Should().BeTrue("a new server knows nothing, its script among it");
        limiter.DecidedAlone.Should().Be(2);
    }

    [Fact]
    public async Task ReplayStore_ManyProcessesAtOnce_OneAccepts()
    {
        _server.Start();
        using var one = new RedisLink(_server.Options);
        using var two = new RedisLink(_server.Options);
        RedisReplayStore[] stores = [new(one), new(two)];
        int[] accepted = new int[100];

        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            for (int i = 0; i < accepted.Length; i++)
            {
                ReplayOutcome outcome = await stores[thread % 2].TryAcceptAsync((UInt128)i << 90, DateTimeOffset.UtcNow);
                Interlocked.Add(ref accepted[i], outcome == ReplayOutcome.Accepted ? 1 : 0);
            }
        })));

        accepted.Should().OnlyContain(count => count == 1);
        (await stores[0].TryAcceptAsync(1, DateTimeOffset.UtcNow.AddMinutes(-11))).Should().Be(ReplayOutcome.TooOld);
        (await stores[0].TryAcceptAsync(1, DateTimeOffset.UtcNow.AddMinutes(6))).Should().Be(ReplayOutcome.TooNew);
        _server.Kill();
        (await stores[0].TryAcceptAsync(1, DateTimeOffset.UtcNow)).Should().Be(ReplayOutcome.Unavailable);
    }

    [Fact]
    public async Task ReplayStore_ServerHasNoMemoryLeft_Refuses()
    {
        using var link = new RedisLink(_server.Start("--maxmemory", "1", "--maxmemory-policy", "noeviction").Options);

        (await new RedisReplayStore(link).TryAcceptAsync(1, DateTimeOffset.UtcNow)).Should().Be(ReplayOutcome.Full);
    }

    [Fact]
    public void AddVouchRedisSecurity_BeforeOrAfterAddVouchSecurity_TakesThePlaces()
    {
        foreach (bool first in (bool[])[true, false])
        {
            var services = new ServiceCollection();
            if (first)
            {
                services.AddVouchRedisSecurity().AddVouchSecurity();
            }
            else
            {
                services.AddVouchSecurity().AddVouchRedisSecurity();
            }

            using ServiceProvider provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
            provider.GetRequiredService<IKeyedRateLimiter>().Should().BeOfType<RedisRateLimiter>();
            provider.GetRequiredService<IReplayStore>().Should().BeOfType<RedisReplayStore>();
        }
    }
}
