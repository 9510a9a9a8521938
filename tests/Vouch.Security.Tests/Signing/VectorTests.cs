using System.Text;
using System.Text.Json;
using Vouch.Security.Signing;
using Vouch.TestData;
using Vouch.Testing;

namespace Vouch.Security.Tests.Signing;

/// <summary>Published vectors: RFC 4231, Wycheproof, RFC 9421, AWS Signature Version 4, Standard Webhooks, GitHub.</summary>
public sealed class VectorTests
{
    [Theory]
    [InlineData("wycheproof_hmac_sha256.json", SignatureAlgorithm.HmacSha256)]
    [InlineData("wycheproof_hmac_sha512.json", SignatureAlgorithm.HmacSha512)]
    public void Wycheproof_EveryVector_IsToldRight(string file, SignatureAlgorithm algorithm)
    {
        using JsonDocument document = Load(file);
        int valid = 0;
        foreach (JsonElement vector in document.RootElement.EnumerateArray())
        {
            bool expected = vector.GetProperty("result").GetString() == "valid";
            bool actual = HmacSignature.Verify(Hex(vector, "key"), Hex(vector, "msg"), Hex(vector, "tag"), vector.GetProperty("tagBits").GetInt32() / 8, algorithm);
            actual.Should().Be(expected, $"of vector {vector.GetProperty("tcId")}");
            valid += expected ? 1 : 0;
        }

        valid.Should().BeGreaterThan(0);
    }

    [Fact]
    public void Rfc4231_EveryVector_Verifies()
    {
        using JsonDocument document = Load("rfc4231_hmac_sha256.json");
        int count = 0;
        foreach (JsonElement vector in document.RootElement.EnumerateArray())
        {
            byte[] tag = Hex(vector, "tag");
            HmacSignature.Verify(Hex(vector, "key"), Hex(vector, "msg"), tag, tag.Length).Should().BeTrue();
            tag[^1] ^= 1;
            HmacSignature.Verify(Hex(vector, "key"), Hex(vector, "msg"), tag, tag.Length).Should().BeFalse();
            count++;
        }

        count.Should().Be(7);
    }

    [Fact]
    public void Rfc9421_HmacExample_HasItsBaseAndVerifies()
    {
        using JsonDocument document = Load("rfc9421_hmac.json");
        JsonElement root = document.RootElement;
        HttpRequestParts plain = RawRequest.Parse(root.GetProperty("request").GetString()!);
        HttpRequestParts request = plain.With(
            ("Signature-Input", root.GetProperty("signature_input").GetString()!), ("Signature", root.GetProperty("signature").GetString()!));
        var options = new MessageSignatureOptions();
        foreach (JsonElement component in root.GetProperty("covered").EnumerateArray())
        {
            options.Components.Add(component.GetString()!);
        }

        var time = new ManualTimeProvider(DateTimeOffset.FromUnixTimeSeconds(root.GetProperty("created").GetInt64()));
        using var keys = new KeyRing([SigningKey.FromSecret("test-shared-secret", Convert.FromBase64String(root.GetProperty("key_base64").GetString()!))], time);
        var verifier = new MessageSignature(keys, options, timeProvider: time);

        MessageSignature.Explain(request, "sig-b25").Should().Be(root.GetProperty("signature_base").GetString());
        verifier.Verify(request).Should().Be(new SignatureVerdict(SignatureFailure.None, null, "test-shared-secret", time.GetUtcNow()) { Token = verifier.Verify(request).Token });
        ContentDigest.Check(root.GetProperty("content_digest_sha512").GetString(), request.Body.Span).Should().Be(SignatureFailure.None);
        ContentDigest.Check(root.GetProperty("content_digest_sha256").GetString(), request.Body.Span).Should().Be(SignatureFailure.None);
        ContentDigest.Create(request.Body.Span).Should().Be(root.GetProperty("content_digest_sha256").GetString());
        verifier.Verify(request.Without("Date").With(("Date", "Tue, 20 Apr 2021 02:07:56 GMT"))).Failure.Should().Be(SignatureFailure.SignatureMismatch);
    }

    [Fact]
    public void SigV4_EveryCase_HasItsTextsAndVerifiesInBothForms()
    {
        using JsonDocument document = Load("sigv4.json");
        int count = 0;
        foreach (JsonElement vector in document.RootElement.EnumerateArray())
        {
            string name = vector.GetProperty("name").GetString()!;
            JsonElement context = vector.GetProperty("context");
            JsonElement credentials = context.GetProperty("credentials");
            var time = new ManualTimeProvider(context.GetProperty("timestamp").GetDateTimeOffset());
            using var keys = new KeyRing(
                [SigningKey.FromSecret(credentials.GetProperty("access_key_id").GetString()!, Encoding.UTF8.GetBytes(credentials.GetProperty("secret_access_key").GetString()!))], time);
            var options = new SigV4Options
            {
                Region = context.GetProperty("region").GetString()!,
                Service = context.GetProperty("service").GetString()!,
                NormalizePath = context.GetProperty("normalize").GetBoolean(),
            };
            var verifier = new SigV4Verifier(keys, options, timeProvider: time);
            foreach (string form in (string[])["header", "query"])
            {
                HttpRequestParts request = RawRequest.Parse(vector.GetProperty(form + "_signed_request").GetString()!);
                SigV4Canonical? texts = verifier.Explain(request);
                texts.Should().NotBeNull($"of {name} in the {form}");
                texts!.CanonicalRequest.Should().Be(vector.GetProperty(form + "_canonical_request").GetString(), $"of {name} in the {form}");
                texts.StringToSign.Should().Be(vector.GetProperty(form + "_string_to_sign").GetString(), $"of {name} in the {form}");
                verifier.Verify(request).Failure.Should().Be(SignatureFailure.None, $"of {name} in the {form}");
                verifier.Verify(request.Without("Host").With(("Host", "evil.example"))).IsValid.Should().BeFalse();
                count++;
            }
        }

        count.Should().Be(38);
    }

    [Fact]
    public void StandardWebhooks_EveryCase_IsToldRight()
    {
        using JsonDocument document = Load("webhooks.json");
        int count = 0;
        foreach (JsonElement vector in document.RootElement.GetProperty("standard_webhooks").GetProperty("vectors").EnumerateArray())
        {
            var time = new ManualTimeProvider(DateTimeOffset.FromUnixTimeSeconds(vector.GetProperty("now").GetInt64()));
            using var keys = new KeyRing([SigningKey.FromWebhookSecret("k", vector.GetProperty("secret").GetString())], time);
            SignatureVerdict verdict = new StandardWebhook(keys, timeProvider: time).Verify(
                vector.GetProperty("id").GetString(), vector.GetProperty("timestamp").GetString(), vector.GetProperty("signature").GetString(),
                Encoding.UTF8.GetBytes(vector.GetProperty("payload").GetString()!));
            JsonElement expected = vector.GetProperty("ok");
            if (expected.ValueKind != JsonValueKind.String)
            {
                verdict.IsValid.Should().Be(expected.GetBoolean(), vector.GetProperty("name").GetString());
            }

            count++;
        }

        JsonElement github = document.RootElement.GetProperty("github");
        using var secret = new KeyRing([SigningKey.FromSecret("g", Encoding.UTF8.GetBytes(github.GetProperty("secret").GetString()!))]);
        var verifier = new GitHubWebhookVerifier(secret);
        verifier.Verify(github.GetProperty("signature").GetString(), Encoding.UTF8.GetBytes(github.GetProperty("payload").GetString()!)).IsValid.Should().BeTrue();
        verifier.Verify(github.GetProperty("signature").GetString(), "Hello, World?"u8).Failure.Should().Be(SignatureFailure.SignatureMismatch);
        count.Should().Be(9);
    }

    private static byte[] Hex(JsonElement vector, string name) => Convert.FromHexString(vector.GetProperty(name).GetString()!);

    private static JsonDocument Load(string file) => JsonDocument.Parse(File.ReadAllText(SharedData.Require("security/" + file)));
}
