using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Vouch.Core.Exceptions;
using Vouch.Security.Replay;
using Vouch.Security.Signing;
using Vouch.Testing;

namespace Vouch.Security.Tests.Signing;

public sealed class MessageSignatureTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private readonly ManualTimeProvider _time = new();

    public static TheoryData<bool> Curves => [false, true];

    [Theory]
    [MemberData(nameof(Curves))]
    public void Verify_SignedRequest_IsAcceptedAndAnyChangeIsNot(bool curve)
    {
        using KeyRing keys = Ring(curve);
        var signature = new MessageSignature(keys, timeProvider: _time);
        HttpRequestParts signed = Sign(signature, Request());

        signature.Verify(signed).Should().Match<SignatureVerdict>(verdict => verdict.IsValid && verdict.KeyId == "key" && verdict.CreatedAt == _time.GetUtcNow());
        Failure(signed.Change(method: "PUT")).Should().Be(SignatureFailure.SignatureMismatch);
        Failure(signed.Change(authority: "other.example")).Should().Be(SignatureFailure.SignatureMismatch);
        Failure(signed.Change(path: "/jobs/8")).Should().Be(SignatureFailure.SignatureMismatch);
        Failure(signed.Change(query: "tile=4")).Should().Be(SignatureFailure.SignatureMismatch);
        Failure(signed.Change(body: "other"u8.ToArray())).Should().Be(SignatureFailure.BodyMismatch);
        Failure(signed.Without(ContentDigest.Header).With((ContentDigest.Header, ContentDigest.Create("other"u8))).Change(body: "other"u8.ToArray())).Should().Be(SignatureFailure.SignatureMismatch);
        Failure(signed.Without(ContentDigest.Header)).Should().Be(SignatureFailure.Missing);
        Failure(signed.With((ContentDigest.Header, "md5=:AAAA:"))).Should().Be(SignatureFailure.SignatureMismatch);
        Failure(signed.Without(MessageSignature.SignatureHeader)).Should().Be(SignatureFailure.Missing);
        Failure(Request()).Should().Be(SignatureFailure.Missing);
        signature.Verify(signed.Change(authority: "API.example:443")).IsValid.Should().BeTrue("case and the scheme's own port make no other place");

        SignatureFailure Failure(HttpRequestParts request) => signature.Verify(request).Failure;
    }

    [Fact]
    public void Verify_PlainlyWrittenOrNot_GivesTheThoroughAnswer()
    {
        using KeyRing keys = Ring();
        var signature = new MessageSignature(keys, timeProvider: _time);
        HttpRequestParts signed = Sign(signature, Request());
        string[] names = [MessageSignature.InputHeader, MessageSignature.SignatureHeader, ContentDigest.Header];
        var random = new Random(5);
        const string odd = "\";=(): ,\\azAZ09+/\t";
        int accepted = 0;

        for (int i = 0; i < 20_000; i++)
        {
            string name = names[random.Next(names.Length)];
            var text = new StringBuilder(signed.SingleValue(name));
            for (int edits = random.Next(3); edits > 0; edits--)
            {
                int at = random.Next(text.Length);
                _ = random.Next(3) switch
                {
                    0 => text.Remove(at, 1),
                    1 => text.Insert(at, odd[random.Next(odd.Length)]),
                    _ => text.Replace(text[at], odd[random.Next(odd.Length)], at, 1),
                };
            }

            HttpRequestParts request = signed.Without(name).With((name, text.ToString()));
            SignatureVerdict verdict = signature.Verify(request);
            verdict.Should().Be(signature.VerifyThoroughly(request, _time.GetUtcNow()), text.ToString());
            accepted += verdict.IsValid ? 1 : 0;
        }

        accepted.Should().BeGreaterThan(6_000, "a third of them are as they were signed");
    }

    [Fact]
    public void Verify_InputTamperedWith_SaysWhy()
    {
        using KeyRing keys = Ring();
        var signature = new MessageSignature(keys, new MessageSignatureOptions { Tag = "farm" }, timeProvider: _time);
        HttpRequestParts signed = Sign(signature, Request());
        string input = signed.SingleValue(MessageSignature.InputHeader)!;

        With(text => text.Replace("\"@path\" ", "")).Should().Be(SignatureFailure.NotCovered);
        With(text => text.Replace("\"@path\"", "\"@path\";req")).Should().Be(SignatureFailure.NotCovered);
        With(text => text.Replace("keyid=\"key\"", "keyid=\"none\"")).Should().Be(SignatureFailure.UnknownKey);
        With(text => text.Replace("hmac-sha256", "ecdsa-p256-sha256")).Should().Be(SignatureFailure.AlgorithmMismatch);
        With(text => text.Replace("tag=\"farm\"", "tag=\"other\"")).Should().Be(SignatureFailure.WrongScope);
        With(text => text.Replace("nonce=", "other=")).Should().Be(SignatureFailure.Malformed);
        With(text => text.Replace("created=", "created=0")).Should().Be(SignatureFailure.Malformed);
        With(text => text.Replace("created=", "expires=")).Should().Be(SignatureFailure.Missing);
        With(text => text.Replace(";nonce", ";expires=1;nonce")).Should().Be(SignatureFailure.TooOld);
        With(text => text.Replace("\"@method\"", "\"@method\" \"@method\"")).Should().Be(SignatureFailure.Malformed);
        With(text => text + ", " + text).Should().Be(SignatureFailure.Malformed);
        With(text => text + ",").Should().Be(SignatureFailure.Malformed);
        With(text => text.Replace("(", "")).Should().Be(SignatureFailure.Malformed);
        With(text => text.Replace("vouch=", "other=")).Should().Be(SignatureFailure.Missing);
        With(text => new string('a', 10_000)).Should().Be(SignatureFailure.Malformed);
        With(text => text.Replace("keyid", "\u212Aeyid")).Should().Be(SignatureFailure.Malformed);

        SignatureFailure With(Func<string, string> change) =>
            signature.Verify(signed.Without(MessageSignature.InputHeader).With((MessageSignature.InputHeader, change(input)))).Failure;
    }

    [Fact]
    public void Verify_TwoLinesInACoveredHeader_CannotPassForAnotherBase()
    {
        using KeyRing keys = Ring();
        var options = new MessageSignatureOptions();
        options.Components.Add("x-a");
        var signature = new MessageSignature(keys, options, timeProvider: _time);

        signature.TrySign(Request().With(("X-A", "1\n\"x-b\": 2")), out _, out _).Should().Be(SignatureFailure.Malformed);
        signature.TrySign(Request(), out _, out _).Should().Be(SignatureFailure.Missing);
        signature.TrySign(Request().With(("X-A", "caf\u00E9")), out _, out _).Should().Be(SignatureFailure.Malformed);
    }

    [Fact]
    public void Verify_TimeWindow_BothEdgesBelongToIt()
    {
        using KeyRing keys = Ring();
        var signature = new MessageSignature(keys, timeProvider: _time);
        HttpRequestParts signed = Sign(signature, Request());

        At(TimeSpan.FromMinutes(5)).Should().Be(SignatureFailure.None);
        At(TimeSpan.FromMinutes(5) + TimeSpan.FromTicks(1)).Should().Be(SignatureFailure.TooOld);
        At(TimeSpan.FromMinutes(-1)).Should().Be(SignatureFailure.None);
        At(TimeSpan.FromMinutes(-1) - TimeSpan.FromTicks(1)).Should().Be(SignatureFailure.TooNew);

        SignatureFailure At(TimeSpan later)
        {
            var clock = new ManualTimeProvider(_time.GetUtcNow() + later);
            using KeyRing same = Ring(clock: clock);
            return new MessageSignature(same, timeProvider: clock).Verify(signed).Failure;
        }
    }

    [Fact]
    public async Task VerifyAsync_WithReplayStore_AcceptsOnceAndTwoRequestsThatAreTheSameTwice()
    {
        using KeyRing keys = Ring(curve: true);
        using var replays = new ReplayStore(timeProvider: _time);
        var signature = new MessageSignature(keys, replays: replays, timeProvider: _time);
        HttpRequestParts first = Sign(signature, Request());
        HttpRequestParts second = Sign(signature, Request());

        (await signature.VerifyAsync(first)).IsValid.Should().BeTrue();
        (await signature.VerifyAsync(first)).Failure.Should().Be(SignatureFailure.Replayed);
        (await signature.VerifyAsync(Twin(first))).Failure.Should().Be(SignatureFailure.Replayed, "the other signature that fits is the same request");
        (await signature.VerifyAsync(second)).IsValid.Should().BeTrue();
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        using KeyRing keys = Ring();
        foreach (string component in (string[])["Date", "@status", "a b", "\"", "", "@method\n"])
        {
            var options = new MessageSignatureOptions();
            options.Components.Add(component);
            FluentActions.Invoking(() => new MessageSignature(keys, options)).Should().Throw<OptionsValidationException>();
        }

        FluentActions.Invoking(() => new MessageSignature(keys, new MessageSignatureOptions { Label = "A" })).Should().Throw<OptionsValidationException>();
        FluentActions.Invoking(() => new MessageSignature(keys, new MessageSignatureOptions { Tag = "\"" })).Should().Throw<OptionsValidationException>();
        FluentActions.Invoking(() => new MessageSignature(keys, new MessageSignatureOptions { MaxAge = TimeSpan.Zero })).Should().Throw<OptionsValidationException>();
    }

    [Theory]
    [InlineData("http://worker.example:8080/render/7?tile=3&x=%20", "worker.example:8080")]
    [InlineData("https://worker.example", "worker.example")]
    [InlineData("http://[::1]:5000/a%2Fb", "[::1]:5000")]
    [InlineData("https://b\u00FCcher.example/a", "xn--bcher-kva.example")]
    public async Task SigningHttpMessageHandler_SignsWhatIsSent(string address, string authority)
    {
        using KeyRing keys = Ring();
        var signature = new MessageSignature(keys, timeProvider: _time);
        using var wire = new Wire();
        using var client = new HttpClient(new SigningHttpMessageHandler(signature, wire));
        using var content = new StringContent("{\"tile\": 3}", Encoding.UTF8, "application/json");

        await client.PostAsync(new Uri(address), content);
        await client.GetAsync(new Uri(address));

        wire.Sent.Should().HaveCount(2);
        foreach (HttpRequestParts sent in wire.Sent)
        {
            sent.Authority.Should().Be(authority);
            signature.Verify(sent).Failure.Should().Be(SignatureFailure.None);
        }
    }

    [Fact]
    public async Task SigningHttpMessageHandler_RetriesSignAnewAndNoKeySaysSo()
    {
        using KeyRing keys = Ring();
        using var replays = new ReplayStore(timeProvider: _time);
        var signature = new MessageSignature(keys, replays: replays, timeProvider: _time);
        using var wire = new Wire();
        using var invoker = new HttpMessageInvoker(new SigningHttpMessageHandler(signature, wire));
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://a.example/") { Content = new ByteArrayContent([1, 2]) };

        await invoker.SendAsync(request, default);
        await invoker.SendAsync(request, default);

        foreach (HttpRequestParts sent in wire.Sent)
        {
            (await signature.VerifyAsync(sent)).IsValid.Should().BeTrue();
        }

        keys.Remove("key");
        await FluentActions.Awaiting(() => invoker.SendAsync(request, default)).Should().ThrowAsync<ConfigurationException>();
    }

    /// <summary>The same request with the signature's s turned into n - s, which verifies too.</summary>
    private static HttpRequestParts Twin(HttpRequestParts request)
    {
        string text = request.SingleValue(MessageSignature.SignatureHeader)!;
        byte[] signature = Convert.FromBase64String(text["vouch=:".Length..^1]);
        var order = System.Numerics.BigInteger.Parse("00FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber);
        var s = new System.Numerics.BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        byte[] other = (order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        signature.AsSpan(32).Clear();
        other.CopyTo(signature.AsSpan(64 - other.Length));
        return request.Without(MessageSignature.SignatureHeader).With((MessageSignature.SignatureHeader, $"vouch=:{Convert.ToBase64String(signature)}:"));
    }

    private static HttpRequestParts Request() => new()
    {
        Method = "POST",
        Authority = "api.example",
        Path = "/jobs/7",
        Query = "tile=3",
        Headers = [KeyValuePair.Create(ContentDigest.Header, ContentDigest.Create("body"u8))],
        Body = "body"u8.ToArray(),
    };

    private static HttpRequestParts Sign(MessageSignature signature, HttpRequestParts request)
    {
        signature.TrySign(request, out string? input, out string? value).Should().Be(SignatureFailure.None);
        return request.With((MessageSignature.InputHeader, input!), (MessageSignature.SignatureHeader, value!));
    }

    private KeyRing Ring(bool curve = false, TimeProvider? clock = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new KeyRing([curve ? SigningKey.FromEcdsa("key", key) : SigningKey.FromSecret("key", Secret)], clock ?? _time);
    }

    private sealed class Wire : HttpMessageHandler
    {
        public List<HttpRequestParts> Sent { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Uri target = request.RequestUri!;
            (string path, string? query) = HttpRequestParts.SplitTarget(target.PathAndQuery);
            string host = target.HostNameType == UriHostNameType.IPv6 ? $"[{target.IdnHost}]" : target.IdnHost;
            Sent.Add(new HttpRequestParts
            {
                Method = request.Method.Method,
                Scheme = target.Scheme,
                Authority = target.IsDefaultPort ? host : $"{host}:{target.Port}",
                Path = path,
                Query = query,
                Headers = [.. request.Headers.SelectMany(header => header.Value.Select(value => KeyValuePair.Create(header.Key, value)))],
                Body = request.Content is null ? default : await request.Content.ReadAsByteArrayAsync(cancellationToken),
            });
            return new HttpResponseMessage(HttpStatusCode.OK);
        }
    }
}
