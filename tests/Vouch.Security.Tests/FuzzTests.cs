using System.Text;
using Vouch.Security.Hygiene;
using Vouch.Security.RateLimiting;
using Vouch.Security.Replay;
using Vouch.Security.Secrets;
using Vouch.Security.Signing;
using Vouch.Testing;

namespace Vouch.Security.Tests;

/// <summary>Whatever comes from outside, the answer is a verdict. <c>VOUCH_SECURITY_FUZZ</c> (default 60,000) says how many inputs are tried, over all parsers in turn.</summary>
[Collection(nameof(AloneCollection))]
public sealed class FuzzTests
{
    private static readonly string[] Seeds =
    [
        "vouch=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\");created=946684800;keyid=\"key\";alg=\"hmac-sha256\";nonce=\"AAAA\"",
        "vouch=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:",
        "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:, sha-512=:AAAA:",
        "AWS4-HMAC-SHA256 Credential=key/20000101/us-east-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date, Signature=c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=key%2F20000101%2Fus-east-1%2Fexecute-api%2Faws4_request&X-Amz-Date=20000101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Expires=3600&X-Amz-Signature=3349ee0b81b4b589da0ff28a395c3591e04de515651dd74f298fa992d1507a97",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v2,x v1a,y",
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        "946684800",
        "20000101T000000Z",
        "{\"a\":[1,2.5e-3,\"\\u0041\\ud83d\\ude00\",{\"b\":null}],\"c\":true}",
        "https://api.example.com:8443/path?query#fragment",
        "https://[::ffff:127.0.0.1]:443/",
        "/a/../b//c/./%2e%2e/\u1234",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ];

    private static readonly char[] Odd = ['\0', '\n', '\r', '\t', ' ', '"', '\\', ';', ',', ':', '=', '(', ')', '%', '/', '.', '@', '\u007f', '\u00e9', '\u2028', '\ud800', '\udc00', '\u202e', '9', '-', '['];

    [Fact]
    public async Task AnyInput_EveryParser_AnswersWithAVerdict()
    {
        int inputs = Scale.Of("VOUCH_SECURITY_FUZZ", 60_000);
        int accepted = 0;
        await Task.WhenAll(Enumerable.Range(0, 2).Select(half => Task.Run(() => Interlocked.Add(ref accepted, Run(half, inputs / 2)))));

        accepted.Should().Be(0, "nobody signed any of it");
    }

    private static int Run(int seed, int inputs)
    {
        var random = new Random(seed);
        var time = new ManualTimeProvider();
        using var keys = new KeyRing([SigningKey.FromSecret("key", new byte[32])], time);
        using var replays = new ReplayStore(new ReplayStoreOptions { Capacity = 16 }, time);
        IRequestVerifier[] verifiers =
        [
            new MessageSignature(keys, replays: replays, timeProvider: time),
            new StandardWebhook(keys, replays: replays, timeProvider: time),
            new GitHubWebhookVerifier(keys, time),
            new SigV4Verifier(keys, new SigV4Options(), replays, time),
        ];
        var urls = new UrlAllowlist(["api.example.com", "::1"], [8443]);
        int accepted = 0;
        for (int i = 0; i < inputs; i++)
        {
            string text = Mutate(random, Seeds[random.Next(Seeds.Length)]);
            switch (i % 8)
            {
                case < 4:
                    accepted += verifiers[i % 8].VerifyAsync(Request(random, text)).AsTask().GetAwaiter().GetResult().IsValid ? 1 : 0;
                    break;
                case 4:
                    JsonInspector.Inspect(Encoding.UTF8.GetBytes(text), new JsonLimits(MaxDepth: 1 + random.Next(8)));
                    JsonInspector.Inspect(Bytes(random, text));
                    break;
                case 5:
                    urls.Check(text);
                    StrictUtf8.TryRead(Bytes(random, text), 200, out _);
                    break;
                case 6:
                    LogText.Encode(text, random.Next(300)).AsSpan().ContainsAny('\n', '\r', '\u001b').Should().BeFalse();
                    ContentDigest.Check(text, "body"u8);
                    break;
                default:
                    MessageSignature.Explain(Request(random, text), "vouch");
                    ((SigV4Verifier)verifiers[3]).Explain(Request(random, text));
                    HttpRequestParts.SplitTarget(text);
                    break;
            }
        }

        return accepted;
    }

    private static HttpRequestParts Request(Random random, string text)
    {
        string Value(int index) => random.Next(4) == 0 ? text : random.Next(3) == 0 ? Mutate(random, Seeds[index]) : Seeds[index];
        return new HttpRequestParts
        {
            Method = random.Next(20) == 0 ? text : "POST",
            Scheme = random.Next(20) == 0 ? text : "https",
            Authority = random.Next(20) == 0 ? text : "api.example.com",
            Path = random.Next(4) == 0 ? Mutate(random, Seeds[12]) : "/",
            Query = random.Next(3) == 0 ? Value(4) : null,
            Headers =
            [
                KeyValuePair.Create("Host", "api.example.com"),
                KeyValuePair.Create("Signature-Input", Value(0)),
                KeyValuePair.Create("Signature", Value(1)),
                KeyValuePair.Create("Content-Digest", Value(2)),
                KeyValuePair.Create(random.Next(3) == 0 ? "x" : "Authorization", Value(3)),
                KeyValuePair.Create("X-Amz-Date", Value(8)),
                KeyValuePair.Create("webhook-id", random.Next(2) == 0 ? "msg_1" : text),
                KeyValuePair.Create("webhook-timestamp", Value(7)),
                KeyValuePair.Create("webhook-signature", Value(5)),
                KeyValuePair.Create("X-Hub-Signature-256", Value(6)),
                KeyValuePair.Create(random.Next(10) == 0 ? text : "x-other", text),
            ],
            Body = Bytes(random, "body"),
        };
    }

    private static byte[] Bytes(Random random, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int i = random.Next(3); i > 0 && bytes.Length > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    private static string Mutate(Random random, string seed)
    {
        var text = new StringBuilder(seed);
        for (int i = random.Next(4); i >= 0; i--)
        {
            int at = random.Next(text.Length + 1);
            switch (random.Next(6))
            {
                case 0 when at < text.Length:
                    text[at] = Odd[random.Next(Odd.Length)];
                    break;
                case 1:
                    text.Insert(at, Odd[random.Next(Odd.Length)]);
                    break;
                case 2 when at < text.Length:
                    text.Remove(at, Math.Min(text.Length - at, 1 + random.Next(8)));
                    break;
                case 3:
                    int from = random.Next(text.Length + 1);
                    text.Insert(at, text.ToString(from, Math.Min(text.Length - from, random.Next(20))));
                    break;
                case 4:
                    string other = Seeds[random.Next(Seeds.Length)];
                    text.Insert(at, other.AsSpan(random.Next(other.Length)));
                    break;
                default:
                    text.Insert(at, new string((char)random.Next(char.MaxValue), 1 + random.Next(3)));
                    break;
            }
        }

        return text.ToString();
    }
}
