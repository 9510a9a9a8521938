using Vouch.Security.Replay;
using Vouch.Security.Signing;
using Vouch.Testing;

namespace Vouch.Security.Tests.Signing;

public sealed class StandardWebhookTests
{
    private const string Id = "msg_1";
    private static readonly byte[] Payload = new byte[1_024];
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(null, SignatureFailure.Missing)]
    [InlineData("", SignatureFailure.Malformed)]
    [InlineData("-1", SignatureFailure.Malformed)]
    [InlineData("+946684800", SignatureFailure.Malformed)]
    [InlineData("0946684800", SignatureFailure.Malformed)]
    [InlineData("946684800.0", SignatureFailure.Malformed)]
    [InlineData(" 946684800", SignatureFailure.Malformed)]
    [InlineData("0x386D4380", SignatureFailure.Malformed)]
    [InlineData("946684499", SignatureFailure.TooOld)]
    [InlineData("946685101", SignatureFailure.TooNew)]
    [InlineData("946684800", SignatureFailure.SignatureMismatch)]
    public void Verify_Timestamps_SayWhy(string? timestamp, SignatureFailure expected)
    {
        using KeyRing keys = Ring("a");

        new StandardWebhook(keys, timeProvider: _time).Verify(Id, timestamp, "v1,AAAA", Payload).Failure.Should().Be(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("\u00E9")]
    public void Verify_IdsThatLeaveTheSignedTextOpen_AreRefused(string id)
    {
        using KeyRing keys = Ring("a");
        var webhook = new StandardWebhook(keys, timeProvider: _time);

        webhook.Verify(id, Timestamp(), "v1,AAAA", Payload).Failure.Should().Be(SignatureFailure.Malformed);
        webhook.TrySign(id, _time.GetUtcNow(), Payload, new char[47]).Should().BeFalse();
    }

    [Fact]
    public void Verify_ManySignatures_AreRefusedBeforeAnyWork()
    {
        using KeyRing keys = Ring("a");

        new StandardWebhook(keys, timeProvider: _time).Verify(Id, Timestamp(), string.Join(' ', Enumerable.Repeat("v1,x", 17)), Payload).Failure.Should().Be(SignatureFailure.Malformed);
    }

    [Fact]
    public void Verify_KeyExpiredOrNone_SaysSo()
    {
        using KeyRing keys = new(_time);
        var webhook = new StandardWebhook(keys, timeProvider: _time);
        webhook.Verify(Id, Timestamp(), "v1,AAAA", Payload).Failure.Should().Be(SignatureFailure.UnknownKey);

        keys.Add(SigningKey.FromSecret("a", new byte[32]), expiresAt: _time.GetUtcNow());

        webhook.Verify(Id, Timestamp(), "v1,AAAA", Payload).Failure.Should().Be(SignatureFailure.KeyExpired);
        webhook.TrySign(Id, _time.GetUtcNow(), Payload, new char[47]).Should().BeFalse();
    }

    [Fact]
    public async Task VerifyAsync_WithReplayStore_AcceptsOnce()
    {
        using KeyRing keys = Ring("a");
        using var replays = new ReplayStore(timeProvider: _time);
        var webhook = new StandardWebhook(keys, replays: replays, timeProvider: _time);
        char[] signature = new char[47];
        webhook.TrySign(Id, _time.GetUtcNow(), Payload, signature);
        var request = new HttpRequestParts
        {
            Method = "POST",
            Authority = "a",
            Path = "/",
            Headers = [KeyValuePair.Create("Webhook-Id", Id), KeyValuePair.Create("Webhook-Timestamp", Timestamp()), KeyValuePair.Create("Webhook-Signature", new string(signature))],
            Body = Payload,
        };

        (await webhook.VerifyAsync(request)).IsValid.Should().BeTrue();
        (await webhook.VerifyAsync(request)).Failure.Should().Be(SignatureFailure.Replayed);
        (await webhook.VerifyAsync(request.With(("webhook-id", "other")))).Failure.Should().Be(SignatureFailure.Missing, "a header that comes twice could be read either way");
    }

    /// <summary><c>VOUCH_SECURITY_ROTATION</c> (default 20,000) requests while keys change a hundred times: none is refused.</summary>
    [Fact]
    public async Task Rotate_AHundredTimesUnderLoad_RefusesNobody()
    {
        int requests = Scale.Of("VOUCH_SECURITY_ROTATION", 20_000);
        using KeyRing keys = Ring("first");
        var webhook = new StandardWebhook(keys, timeProvider: _time);
        int sent = 0;
        int refused = 0;
        Task[] clients = [.. Enumerable.Range(0, 4).Select(client => Task.Run(() =>
        {
            char[] signature = new char[47];
            byte[] payload = new byte[64];
            while (Interlocked.Increment(ref sent) <= requests)
            {
                // As over a network: the request is under way while the clock and the keys move on.
                DateTimeOffset now = _time.GetUtcNow();
                bool ok = webhook.TrySign(Id, now, payload, signature);
                Thread.Yield();
                ok &= webhook.Verify(Id, now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), new string(signature), payload).IsValid;
                Interlocked.Add(ref refused, ok ? 0 : 1);
            }
        }))];
        int rotated = 0;
        while (rotated < 100)
        {
            if (Volatile.Read(ref sent) >= (long)rotated * requests / 100)
            {
                keys.Rotate(SigningKey.FromSecret($"key{rotated}", System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)), overlap: TimeSpan.FromSeconds(30), delay: TimeSpan.FromSeconds(1));
                _time.Advance(TimeSpan.FromSeconds(2));
                keys.Prune();
                rotated++;
            }

            Thread.Yield();
        }

        await Task.WhenAll(clients);
        refused.Should().Be(0);
        keys.Generation.Should().BeGreaterThanOrEqualTo(101);
        keys.Entries.Should().HaveCountLessThan(20, "what has expired is gone");
    }

    private string Timestamp() => _time.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);

    private KeyRing Ring(string id) => new([SigningKey.FromSecret(id, [.. Enumerable.Range(1, 32).Select(i => (byte)i)])], _time);
}
