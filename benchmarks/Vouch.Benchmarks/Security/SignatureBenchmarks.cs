using System.Globalization;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Vouch.Security.Signing;

namespace Vouch.Benchmarks.Security;

/// <summary>Signing and verifying 1 KiB, beside the one call of the platform that does the same cryptography.</summary>
[MemoryDiagnoser]
public class SignatureBenchmarks
{
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _body = new byte[1_024];
    private readonly byte[] _code = new byte[32];
    private readonly char[] _text = new char[StandardWebhook.SignatureLength];
    private SigningKey _key = null!;
    private StandardWebhook _webhook = null!;
    private MessageSignature _messages = null!;
    private HttpRequestParts _request = null!;
    private DateTimeOffset _now;
    private string _timestamp = null!;
    private string _signature = null!;

    [GlobalSetup]
    public void Prepare()
    {
        _key = SigningKey.FromSecret("key", _secret);
        var keys = new KeyRing([_key]);
        _webhook = new StandardWebhook(keys, new StandardWebhookOptions { Tolerance = TimeSpan.FromDays(1) });
        _messages = new MessageSignature(keys, new MessageSignatureOptions { MaxAge = TimeSpan.FromDays(1) });
        _now = DateTimeOffset.UtcNow;
        _timestamp = _now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        _webhook.TrySign("msg_1", _now, _body, _text);
        _signature = new string(_text);
        KeyValuePair<string, string>[] headers = [KeyValuePair.Create(ContentDigest.Header, ContentDigest.Create(_body))];
        _request = Request(headers);
        _messages.TrySign(_request, out string? input, out string? signature);
        _request = Request([.. headers, KeyValuePair.Create(MessageSignature.InputHeader, input!), KeyValuePair.Create(MessageSignature.SignatureHeader, signature!)]);
    }

    [Benchmark(Baseline = true)]
    public int PlatformOneShot() => HMACSHA256.HashData(_secret, _body, _code);

    [Benchmark]
    public bool KeySigns() => _key.TrySign(_body, _code);

    [Benchmark]
    public bool WebhookSigns() => _webhook.TrySign("msg_1", _now, _body, _text);

    [Benchmark]
    public bool WebhookVerifies() => _webhook.Verify("msg_1", _timestamp, _signature, _body).IsValid;

    [Benchmark]
    public bool MessageVerifies() => _messages.Verify(_request).IsValid;

    private HttpRequestParts Request(IReadOnlyList<KeyValuePair<string, string>> headers) =>
        new() { Method = "POST", Authority = "worker.example", Path = "/render", Query = "tile=7", Headers = headers, Body = _body };
}
