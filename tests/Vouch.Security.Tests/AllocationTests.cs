using Vouch.Security.RateLimiting;
using Vouch.Security.Signing;

namespace Vouch.Security.Tests;

/// <summary>What the hot paths allocate once their code is optimised: nothing.</summary>
[Collection(nameof(AloneCollection))]
public sealed class AllocationTests
{
    private static readonly TimeSpan Start = TimeSpan.FromHours(1);

    [Fact]
    public void KeyedRateLimiter_GrantedAndRefused_AllocateNothing()
    {
        var refusing = new KeyedRateLimiter<string>(new RateQuota(1, TimeSpan.FromDays(1)), 1_000);
        var granting = new KeyedRateLimiter<long>(RateQuota.PerSecond(1_000_000_000), 1_000);
        string[] keys = [.. Enumerable.Range(0, 200).Select(i => $"key {i}")];
        int granted = 0;

        RequireNoneEventually(() =>
        {
            foreach (string key in keys)
            {
                granted += refusing.Acquire(key, 1, Start).IsGranted ? 1 : 0;
                granted += granting.Acquire(key.Length, 1, Start).IsGranted ? 1 : 0;
            }
        });
        granted.Should().BeGreaterThan(200);
    }

    [Fact]
    public void StandardWebhook_SignAndVerifyOneKibibyte_AllocateNothing()
    {
        var clock = new StandingClock(); // the manual clock allocates when it is read
        using var keys = new KeyRing([SigningKey.FromSecret("a", new byte[32])], clock);
        var webhook = new StandardWebhook(keys, timeProvider: clock);
        byte[] payload = new byte[1_024];
        char[] buffer = new char[StandardWebhook.SignatureLength];
        DateTimeOffset now = clock.GetUtcNow();
        webhook.TrySign("msg_1", now, payload, buffer).Should().BeTrue();
        string signature = new(buffer);
        bool all = true;

        RequireNoneEventually(() =>
        {
            for (int i = 0; i < 50; i++)
            {
                all &= webhook.TrySign("msg_1", now, payload, buffer);
                all &= webhook.Verify("msg_1", "946684800", signature, payload).IsValid;
            }
        });
        all.Should().BeTrue();
    }

    [Fact]
    public void MessageSignature_VerifyOneKibibyte_AllocatesNothing()
    {
        var clock = new StandingClock();
        using var keys = new KeyRing([SigningKey.FromSecret("a", new byte[32])], clock);
        var messages = new MessageSignature(keys, timeProvider: clock);
        byte[] body = new byte[1_024];
        KeyValuePair<string, string>[] headers = [KeyValuePair.Create("Host", "worker.example"), KeyValuePair.Create(ContentDigest.Header, ContentDigest.Create(body))];
        messages.TrySign(Request(headers), out string? input, out string? signature).Should().Be(SignatureFailure.None);
        HttpRequestParts signed = Request([.. headers, KeyValuePair.Create(MessageSignature.InputHeader, input!), KeyValuePair.Create(MessageSignature.SignatureHeader, signature!)]);
        bool all = true;

        RequireNoneEventually(() =>
        {
            for (int i = 0; i < 50; i++)
            {
                all &= messages.Verify(signed).IsValid;
            }
        });
        all.Should().BeTrue();

        HttpRequestParts Request(IReadOnlyList<KeyValuePair<string, string>> fields) =>
            new() { Method = "POST", Authority = "worker.example", Path = "/render", Query = "tile=7", Headers = fields, Body = body };
    }

    private static void RequireNoneEventually(Action action)
    {
        long allocated = long.MaxValue;
        for (int run = 0; run < 20_000 && allocated > 0; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        allocated.Should().Be(0);
    }

    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
