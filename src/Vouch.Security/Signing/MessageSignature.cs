using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vouch.Security.Replay;

namespace Vouch.Security.Signing;

/// <summary>Signs and verifies requests by HTTP message signatures (RFC 9421) with <c>hmac-sha256</c> and <c>ecdsa-p256-sha256</c>, the body by its <c>Content-Digest</c> (RFC 9530).</summary>
/// <remarks>
/// <para>Safe to share. The profile: components are header fields and the derived ones of <see cref="MessageSignatureOptions.Components"/>, without parameters; <c>created</c> and <c>keyid</c> are
/// required, <c>expires</c>, <c>nonce</c>, <c>alg</c> and <c>tag</c> are taken, any other parameter is refused; of several signatures one must verify, at most four are tried.</para>
/// <para>A signer adds a nonce of 128 random bits, so that with a replay store each request is accepted once, and two that are the same are two. Codes are compared in constant time.</para>
/// <para>Sources: RFC 9421, RFC 9530, RFC 9651.</para>
/// </remarks>
public sealed partial class MessageSignature : IRequestVerifier
{
    /// <summary>The header that says what is signed.</summary>
    public const string InputHeader = "Signature-Input";

    /// <summary>The header that holds the signature.</summary>
    public const string SignatureHeader = "Signature";

    private const int MaxHeaderLength = 8_192;
    private const int MaxTried = 4;

    private readonly KeyRing _keys;
    private readonly MessageSignatureOptions _options;
    private readonly IReadOnlyList<string> _components;
    private readonly string _componentList;
    private readonly bool _coversBody;
    private readonly IReplayStore? _replays;
    private readonly TimeProvider _time;

    /// <summary>Initializes a signer and verifier.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="options">What is covered and how long signatures count, or null for the defaults.</param>
    /// <param name="replays">Remembers what was accepted; null to accept a request as often as it comes in time.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="keys"/> is null.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is outside its range.</exception>
    public MessageSignature(KeyRing keys, MessageSignatureOptions? options = null, IReplayStore? replays = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _options = options ?? new MessageSignatureOptions();
        ValidOptions.Require(new MessageSignatureOptionsValidator(), _options);
        ValidOptions.Require(new MessageSignatureOptionsRules(), _options);
        _keys = keys;
        _components = _options.Effective;
        _componentList = $"({string.Join(' ', _components.Select(static component => $"\"{component}\""))})";
        _coversBody = _components.Contains("content-digest");
        _replays = replays;
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Gets whether the body's digest is covered: then the request must carry <see cref="ContentDigest.Header"/> before it is signed.</summary>
    public bool CoversBody => _coversBody;

    /// <summary>Signs a request with the ring's current key.</summary>
    /// <param name="request">The request, with all headers that are covered.</param>
    /// <param name="input">What <see cref="InputHeader"/> is to hold, or null.</param>
    /// <param name="signature">What <see cref="SignatureHeader"/> is to hold, or null.</param>
    /// <returns><see cref="SignatureFailure.None"/>, or why it cannot be signed: no key that signs now (<see cref="SignatureFailure.UnknownKey"/>), a covered header is missing or holds what cannot be signed.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    public SignatureFailure TrySign(HttpRequestParts request, out string? input, out string? signature)
    {
        ArgumentNullException.ThrowIfNull(request);
        input = signature = null;
        if (_keys.Current is not { } key || AlgorithmName(key.Algorithm) is not { } algorithm)
        {
            return SignatureFailure.UnknownKey;
        }

        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        string parameters = string.Create(
            CultureInfo.InvariantCulture,
            $"{_componentList};created={_time.GetUtcNow().ToUnixTimeSeconds()};keyid=\"{key.Id}\";alg=\"{algorithm}\";nonce=\"{Convert.ToBase64String(random)}\"{(_options.Tag is { } tag ? $";tag=\"{tag}\"" : string.Empty)}");
        ArrayBufferWriter<byte> buffer = Buffer();
        if (!SignatureBase.TryWrite(request, _components, parameters, buffer, out SignatureFailure failure))
        {
            return failure;
        }

        Span<byte> bytes = stackalloc byte[SigningKey.MaxSignatureBytes];
        if (!key.TrySign(buffer.WrittenSpan, bytes))
        {
            return SignatureFailure.KeyExpired;
        }

        input = $"{_options.Label}={parameters}";
        signature = $"{_options.Label}=:{Convert.ToBase64String(bytes[..key.SignatureBytes])}:";
        return SignatureFailure.None;
    }

    /// <summary>Verifies a request; whether it was accepted before is not asked here.</summary>
    /// <param name="request">The request.</param>
    /// <returns>Accepted, with the key and the time, or the reason why not.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    public SignatureVerdict Verify(HttpRequestParts request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Verify(request, _time.GetUtcNow());
    }

    /// <inheritdoc/>
    public ValueTask<SignatureVerdict> VerifyAsync(HttpRequestParts request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        DateTimeOffset now = _time.GetUtcNow();
        return _replays.ApplyAsync(Verify(request, now), now, cancellationToken);
    }

    /// <summary>Writes what a signature of a request is made over, to find out why another implementation's does not verify. It holds what the request holds: not for logs that others read.</summary>
    /// <param name="request">The request, signed.</param>
    /// <param name="label">Which of its signatures.</param>
    /// <returns>The signature base, or null where the request has no such signature or it cannot be made.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static string? Explain(HttpRequestParts request, string label)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(label);
        var buffer = new ArrayBufferWriter<byte>();
        return request.CombinedValue(InputHeader) is { Length: <= MaxHeaderLength } text && StructuredDictionary.TryReadInputs(text, out List<SignatureInput> inputs)
            && inputs.Find(input => input.Label == label) is { HasComponentParameters: false } found
            && SignatureBase.TryWrite(request, found.Components, found.Parameters, buffer, out _)
            ? Encoding.ASCII.GetString(buffer.WrittenSpan)
            : null;
    }

    private SignatureVerdict Verify(HttpRequestParts request, DateTimeOffset now) => TryVerifyPlain(request, now, out SignatureVerdict verdict) ? verdict : VerifyThoroughly(request, now);

    /// <summary>Verifies a request that may be written in any way that the profile takes, and says what is wrong with it.</summary>
    internal SignatureVerdict VerifyThoroughly(HttpRequestParts request, DateTimeOffset now)
    {
        string? inputText = request.CombinedValue(InputHeader);
        string? signatureText = request.CombinedValue(SignatureHeader);
        if (inputText is null || signatureText is null)
        {
            return SignatureVerdict.Refuse(SignatureFailure.Missing, "Signature-Input and Signature must be there.");
        }

        if (inputText.Length > MaxHeaderLength || signatureText.Length > MaxHeaderLength || !StructuredDictionary.TryReadInputs(inputText, out List<SignatureInput> inputs)
            || !StructuredDictionary.TryReadBytes(signatureText, out List<(string Name, byte[] Value)> signatures))
        {
            return SignatureVerdict.Refuse(SignatureFailure.Malformed, "Signature-Input or Signature is no dictionary of the profile.");
        }

        var verdict = SignatureVerdict.Refuse(SignatureFailure.Missing, "No signature has its input.");
        int tried = 0;
        foreach (SignatureInput input in inputs)
        {
            byte[]? signature = signatures.Find(member => member.Name == input.Label).Value;
            if (signature is null)
            {
                continue;
            }

            SignatureVerdict own = Verify(request, input, signature, now);
            if (own.IsValid)
            {
                return own;
            }

            verdict = tried == 0 ? own : verdict;
            if (++tried == MaxTried)
            {
                break;
            }
        }

        return verdict;
    }

    private SignatureVerdict Verify(HttpRequestParts request, SignatureInput input, byte[] signature, DateTimeOffset now)
    {
        if (input.Created is not { } created || input.KeyId is null)
        {
            return SignatureVerdict.Refuse(SignatureFailure.Missing, "The parameters created and keyid must be there.");
        }

        if (UnixSeconds.Check(created, now, _options.MaxAge, _options.MaxSkew) is var late && late != SignatureFailure.None)
        {
            return SignatureVerdict.Refuse(late, "The parameter created is too far from now.", createdAt: created);
        }

        if (input.Expires is { } end && now >= end)
        {
            return SignatureVerdict.Refuse(SignatureFailure.TooOld, "The signature has expired.", createdAt: created);
        }

        if (input.HasComponentParameters || !_components.All(input.Components.Contains))
        {
            return SignatureVerdict.Refuse(SignatureFailure.NotCovered, "A required component is not covered, or one has parameters.", createdAt: created);
        }

        if (_options.Tag is { } tag && input.Tag != tag)
        {
            return SignatureVerdict.Refuse(SignatureFailure.WrongScope, "The signature is made for another application (tag).", createdAt: created);
        }

        if (_keys.Find(input.KeyId, out SignatureFailure failure) is not { } key)
        {
            return SignatureVerdict.Refuse(failure, "The key is not in the ring, or its time is over.", createdAt: created);
        }

        if (AlgorithmName(key.Algorithm) is not { } algorithm || (input.Algorithm is { } named && named != algorithm))
        {
            return SignatureVerdict.Refuse(SignatureFailure.AlgorithmMismatch, "The key is of another algorithm.", createdAt: created);
        }

        ArrayBufferWriter<byte> buffer = Buffer();
        if (!SignatureBase.TryWrite(request, input.Components, input.Parameters, buffer, out failure))
        {
            return SignatureVerdict.Refuse(failure, "A covered component is missing or cannot be signed.", createdAt: created);
        }

        if (!key.Verify(buffer.WrittenSpan, signature))
        {
            return SignatureVerdict.Refuse(SignatureFailure.SignatureMismatch, "The signature is not one of the request by the key.", createdAt: created);
        }

        if (input.Components.Contains("content-digest") && ContentDigest.Check(request.CombinedValue(ContentDigest.Header), request.Body.Span) is var digest && digest != SignatureFailure.None)
        {
            return SignatureVerdict.Refuse(digest, "Content-Digest is not one of the body.", createdAt: created);
        }

        return Accept(key, created, buffer.WrittenSpan, signature);
    }

    private static SignatureVerdict Accept(SigningKey key, DateTimeOffset created, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        // An authentication code stands for what was signed. An ECDSA signature does not, it has a twin that verifies too: there it is the hash.
        if (key.Algorithm == SignatureAlgorithm.HmacSha256)
        {
            return new SignatureVerdict(SignatureFailure.None, null, key.Id, created) { Token = SigningKey.TokenOf(signature) };
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(signed, hash);
        return new SignatureVerdict(SignatureFailure.None, null, key.Id, created) { Token = SigningKey.TokenOf(hash) };
    }

    private static string? AlgorithmName(SignatureAlgorithm algorithm) => algorithm switch
    {
        SignatureAlgorithm.HmacSha256 => "hmac-sha256",
        SignatureAlgorithm.EcdsaP256Sha256 => "ecdsa-p256-sha256",
        _ => null,
    };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    private static ArrayBufferWriter<byte> Buffer()
    {
        if (_buffer is null || _buffer.Capacity > 1 << 16)
        {
            _buffer = new ArrayBufferWriter<byte>(1_024);
        }

        _buffer.ResetWrittenCount();
        return _buffer;
    }
}
