using System.Security.Cryptography;
using System.Text;
using Vouch.Security.Replay;

namespace Vouch.Security.Signing;

/// <summary>Verifies AWS Signature Version 4, in the Authorization header and as a signed address (query), for services that speak it or stand in for one that does.</summary>
/// <remarks>
/// Safe to share. The ring's HMAC-SHA-256 keys are the secret access keys, their names the access key ids. Host and every <c>x-amz-</c> header that came must be signed. Chunked
/// payloads (<c>STREAMING-...</c>) are not supported. A replay store suits the header form; a signed address is made to be used several times. Source: AWS documentation, <i>Signature Version 4 signing process</i>.
/// </remarks>
public sealed class SigV4Verifier : IRequestVerifier
{
    private const string Unsigned = "UNSIGNED-PAYLOAD";

    private readonly KeyRing _keys;
    private readonly SigV4Options _options;
    private readonly IReplayStore? _replays;
    private readonly TimeProvider _time;

    /// <summary>Initializes a verifier.</summary>
    /// <param name="keys">The access keys.</param>
    /// <param name="options">What signatures must be made for.</param>
    /// <param name="replays">Remembers what was accepted in the header form; null to accept a request as often as it comes in time.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="keys"/> or <paramref name="options"/> is null.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is outside its range.</exception>
    public SigV4Verifier(KeyRing keys, SigV4Options options, IReplayStore? replays = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(options);
        ValidOptions.Require(new SigV4OptionsValidator(), options);
        _keys = keys;
        _options = options;
        _replays = replays;
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Verifies a request; whether it was accepted before is not asked here.</summary>
    /// <param name="request">The request.</param>
    /// <returns>Accepted, with the key and the time, or the reason why not.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    public SignatureVerdict Verify(HttpRequestParts request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Verify(request, _time.GetUtcNow(), out _);
    }

    /// <inheritdoc/>
    public ValueTask<SignatureVerdict> VerifyAsync(HttpRequestParts request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        DateTimeOffset now = _time.GetUtcNow();
        SignatureVerdict verdict = Verify(request, now, out bool isQuery);
        return isQuery ? new(verdict) : _replays.ApplyAsync(verdict, now, cancellationToken);
    }

    /// <summary>Writes what a request's signature should be made over.</summary>
    /// <param name="request">The request, signed.</param>
    /// <returns>The canonical request and the string to sign, or null where the request has no signature of the form.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    public SigV4Canonical? Explain(HttpRequestParts request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return SigV4Canonicalization.ParseQuery(request.Query) is { } query && SigV4Claim.TryRead(request, query, out _, out _) is { } claim
            && TryHashPayload(request, out string hash, out _)
            ? Canonical(request, query, claim, hash)
            : null;
    }

    private SignatureVerdict Verify(HttpRequestParts request, DateTimeOffset now, out bool isQuery)
    {
        isQuery = false;
        if (request.Headers.Any(static header => header.Value.AsSpan().ContainsAny('\r', '\n')) || SigV4Canonicalization.ParseQuery(request.Query) is not { } query)
        {
            return SignatureVerdict.Refuse(SignatureFailure.Malformed, "The query or a header is malformed.");
        }

        if (SigV4Claim.TryRead(request, query, out SignatureFailure failure, out string detail) is not { } claim)
        {
            return SignatureVerdict.Refuse(failure, detail);
        }

        isQuery = claim.IsQuery;
        SignatureFailure late = claim.Expires is { } life
            ? UnixSeconds.Check(claim.CreatedAt, now, life < _options.MaxExpiry ? life : _options.MaxExpiry, _options.Tolerance)
            : UnixSeconds.Check(claim.CreatedAt, now, _options.Tolerance, _options.Tolerance);
        if (late != SignatureFailure.None)
        {
            return SignatureVerdict.Refuse(late, "The signature's time is too far from now, or the address has expired.", createdAt: claim.CreatedAt);
        }

        if (claim.Region != _options.Region || claim.Service != _options.Service || !claim.Time.StartsWith(claim.Date, StringComparison.Ordinal) || claim.Date.Length != 8)
        {
            return SignatureVerdict.Refuse(SignatureFailure.WrongScope, "The signature is made for another region, service or day.", createdAt: claim.CreatedAt);
        }

        if (!claim.SignedHeaders.Contains("host")
            || request.Headers.Any(header => header.Key.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase) && !claim.SignedHeaders.Contains(header.Key.ToLowerInvariant()))
            || claim.SignedHeaders.Any(name => name != "host" && request.CombinedValue(name) is null))
        {
            return SignatureVerdict.Refuse(SignatureFailure.NotCovered, "Host and every x-amz- header must be signed, and what is signed must be there.", createdAt: claim.CreatedAt);
        }

        if (_keys.Find(claim.AccessKey, out failure) is not { } key)
        {
            return SignatureVerdict.Refuse(failure, "The access key is not in the ring, or its time is over.", createdAt: claim.CreatedAt);
        }

        if (key.Algorithm != SignatureAlgorithm.HmacSha256)
        {
            return SignatureVerdict.Refuse(SignatureFailure.AlgorithmMismatch, "The access key is of another algorithm.", createdAt: claim.CreatedAt);
        }

        if (!TryHashPayload(request, out string hash, out failure))
        {
            return SignatureVerdict.Refuse(failure, "The body is not the one that was signed.", createdAt: claim.CreatedAt);
        }

        Span<byte> expected = stackalloc byte[32];
        bool made = TryDerive(key, claim, expected);
        HMACSHA256.HashData(expected, Encoding.UTF8.GetBytes(Canonical(request, query, claim, hash).StringToSign), expected);
        bool same = made && CryptographicOperations.FixedTimeEquals(expected, Convert.FromHexString(claim.Signature));
        return same
            ? new SignatureVerdict(SignatureFailure.None, null, key.Id, claim.CreatedAt) { Token = SigningKey.TokenOf(expected) }
            : SignatureVerdict.Refuse(SignatureFailure.SignatureMismatch, "The signature is not one of the request by the key.", createdAt: claim.CreatedAt);
    }

    private SigV4Canonical Canonical(HttpRequestParts request, IReadOnlyList<KeyValuePair<string, string>> query, SigV4Claim claim, string hash)
    {
        string canonical = SigV4Canonicalization.Build(request, query, claim, _options, hash);
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        return new SigV4Canonical(canonical, $"{SigV4Claim.Algorithm}\n{claim.Time}\n{claim.Scope}\n{digest}");
    }

    private bool TryHashPayload(HttpRequestParts request, out string hash, out SignatureFailure failure)
    {
        string actual = Convert.ToHexStringLower(SHA256.HashData(request.Body.Span));
        hash = request.CombinedValue("X-Amz-Content-Sha256") ?? actual;
        bool isAllowed = hash == Unsigned ? _options.AllowUnsignedPayload : hash == actual;
        failure = isAllowed ? SignatureFailure.None : hash == Unsigned ? SignatureFailure.NotCovered : SignatureFailure.BodyMismatch;
        return isAllowed;
    }

    /// <summary>The day's key of a region and service, from the secret.</summary>
    private static bool TryDerive(SigningKey key, SigV4Claim claim, Span<byte> derived)
    {
        Span<byte> secret = stackalloc byte[516];
        "AWS4"u8.CopyTo(secret);
        bool copied = key.TryCopySecret(secret[4..], out int length);
        if (copied)
        {
            HMACSHA256.HashData(secret[..(4 + length)], Encoding.UTF8.GetBytes(claim.Date), derived);
            HMACSHA256.HashData(derived, Encoding.UTF8.GetBytes(claim.Region), derived);
            HMACSHA256.HashData(derived, Encoding.UTF8.GetBytes(claim.Service), derived);
            HMACSHA256.HashData(derived, "aws4_request"u8, derived);
        }

        CryptographicOperations.ZeroMemory(secret);
        return copied;
    }
}
