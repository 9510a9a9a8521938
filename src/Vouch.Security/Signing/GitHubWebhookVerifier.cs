using System.Security.Cryptography;

namespace Vouch.Security.Signing;

/// <summary>Verifies GitHub's webhooks: <c>X-Hub-Signature-256: sha256=</c> and the HMAC-SHA-256 of the body in lower-case hexadecimal.</summary>
/// <remarks>
/// Safe to share; <see cref="Verify"/> allocates nothing and compares in constant time. The scheme signs no time and no id: it cannot tell a replay by itself, make handling idempotent by
/// <c>X-GitHub-Delivery</c>. Source: GitHub documentation, <i>Validating webhook deliveries</i>.
/// </remarks>
public sealed class GitHubWebhookVerifier : IRequestVerifier
{
    /// <summary>The header that holds the signature.</summary>
    public const string SignatureHeader = "X-Hub-Signature-256";

    private const string Prefix = "sha256=";

    private readonly KeyRing _keys;
    private readonly TimeProvider _time;

    /// <summary>Initializes a verifier.</summary>
    /// <param name="keys">The keys; each HMAC-SHA-256 key of the ring is tried.</param>
    /// <param name="timeProvider">The clock that keys expire by; null for the system's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="keys"/> is null.</exception>
    public GitHubWebhookVerifier(KeyRing keys, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _keys = keys;
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Verifies a body.</summary>
    /// <param name="signature">What <see cref="SignatureHeader"/> holds, or null.</param>
    /// <param name="payload">The body's bytes, as they came.</param>
    /// <returns>Accepted, with the key, or the reason why not.</returns>
    public SignatureVerdict Verify(string? signature, ReadOnlySpan<byte> payload)
    {
        if (signature is null)
        {
            return SignatureVerdict.Refuse(SignatureFailure.Missing, "X-Hub-Signature-256 must come once.");
        }

        Span<byte> code = stackalloc byte[32];
        if (signature.Length != Prefix.Length + 64 || !signature.StartsWith(Prefix, StringComparison.Ordinal)
            || Convert.FromHexString(signature.AsSpan(Prefix.Length), code, out _, out int written) != System.Buffers.OperationStatus.Done || written != code.Length)
        {
            return SignatureVerdict.Refuse(SignatureFailure.Malformed, "X-Hub-Signature-256 is not sha256= and 64 hexadecimal digits.");
        }

        DateTimeOffset now = _time.GetUtcNow();
        SignatureFailure failure = SignatureFailure.UnknownKey;
        Span<byte> expected = stackalloc byte[32];
        foreach (KeyRingEntry entry in _keys.Snapshot())
        {
            if (entry.Key.Algorithm == SignatureAlgorithm.HmacSha256 && !entry.IsExpired(now) && entry.Key.TrySign(payload, expected))
            {
                failure = SignatureFailure.SignatureMismatch;
                if (CryptographicOperations.FixedTimeEquals(expected, code))
                {
                    return new SignatureVerdict(SignatureFailure.None, null, entry.Key.Id);
                }
            }
        }

        return SignatureVerdict.Refuse(failure, "The signature is not one by a key of the ring.");
    }

    /// <inheritdoc/>
    public ValueTask<SignatureVerdict> VerifyAsync(HttpRequestParts request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new(Verify(request.SingleValue(SignatureHeader), request.Body.Span));
    }
}
