using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vouch.Security.Replay;

namespace Vouch.Security.Signing;

/// <summary>Signs and verifies webhooks by the Standard Webhooks specification (<c>webhook-id</c>, <c>webhook-timestamp</c>, <c>webhook-signature</c>; HMAC-SHA-256, <c>v1</c>).</summary>
/// <remarks>
/// <para>Safe to share. Signing into a span and verifying allocate nothing; codes are compared in constant time. A list of signatures is taken, of at most 16 parts; every HMAC-SHA-256 key of the ring is tried, so that keys of either
/// side can change. A part that is no <c>v1</c> signature is passed over.</para>
/// <para>With a replay store a webhook is accepted once. Sending the same id again with a new time stamp, as senders do after a failure, is a new signed request: make handling idempotent by the id.</para>
/// <para>Source: Standard Webhooks specification 1.0.0.</para>
/// </remarks>
public sealed class StandardWebhook : IRequestVerifier
{
    /// <summary>The header that holds the message's id.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>The header that holds the time stamp in Unix seconds.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    /// <summary>The header that holds the signatures.</summary>
    public const string SignatureHeader = "webhook-signature";

    /// <summary>How long the text of one signature is: <c>v1,</c> and 32 bytes in Base64.</summary>
    public const int SignatureLength = 47;

    private const int MaxIdLength = 256;
    private const int MaxParts = 16;
    private const int MaxHead = MaxIdLength + 13;
    private const int MacBytes = 32;

    private readonly KeyRing _keys;
    private readonly TimeSpan _tolerance;
    private readonly TimeProvider _time;
    private readonly IReplayStore? _replays;

    /// <summary>Initializes a signer and verifier.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="options">The tolerance, or null for the default.</param>
    /// <param name="replays">Remembers what was accepted; null to accept a webhook as often as it comes in time.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="keys"/> is null.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is outside its range.</exception>
    public StandardWebhook(KeyRing keys, StandardWebhookOptions? options = null, IReplayStore? replays = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        options ??= new StandardWebhookOptions();
        ValidOptions.Require(new StandardWebhookOptionsValidator(), options);
        _keys = keys;
        _tolerance = options.Tolerance;
        _replays = replays;
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Signs a message with the ring's current key.</summary>
    /// <param name="id">The message's id: 1 to 256 visible ASCII characters without a dot.</param>
    /// <param name="timestamp">The time stamp, which is sent in whole seconds.</param>
    /// <param name="payload">The body.</param>
    /// <param name="signature">Where the text for <see cref="SignatureHeader"/> goes: <see cref="SignatureLength"/> characters.</param>
    /// <returns>False where the ring has no HMAC-SHA-256 key whose time it is, or the id is not as described.</returns>
    /// <exception cref="ArgumentException"><paramref name="signature"/> is too short.</exception>
    public bool TrySign(ReadOnlySpan<char> id, DateTimeOffset timestamp, ReadOnlySpan<byte> payload, Span<char> signature)
    {
        if (signature.Length < SignatureLength)
        {
            throw new ArgumentException($"A signature takes {SignatureLength} characters.", nameof(signature));
        }

        Span<char> seconds = stackalloc char[20];
        timestamp.ToUnixTimeSeconds().TryFormat(seconds, out int digits, provider: CultureInfo.InvariantCulture);
        Span<byte> head = stackalloc byte[MaxHead];
        Span<byte> code = stackalloc byte[MacBytes];
        if (digits > 11 || !TryMakeHead(id, seconds[..digits], head, out int length)
            || _keys.Current is not { Algorithm: SignatureAlgorithm.HmacSha256 } key || !key.TrySign(head[..length], payload, code))
        {
            return false;
        }

        "v1,".CopyTo(signature);
        return Convert.TryToBase64Chars(code, signature[3..], out _);
    }

    /// <summary>Verifies a message; whether it was accepted before is not asked here.</summary>
    /// <param name="id">What <see cref="IdHeader"/> holds, or null.</param>
    /// <param name="timestamp">What <see cref="TimestampHeader"/> holds, or null.</param>
    /// <param name="signature">What <see cref="SignatureHeader"/> holds, or null.</param>
    /// <param name="payload">The body's bytes, as they came.</param>
    /// <returns>Accepted, with the key, or the reason why not.</returns>
    public SignatureVerdict Verify(string? id, string? timestamp, string? signature, ReadOnlySpan<byte> payload) => Verify(id, timestamp, signature, payload, _time.GetUtcNow());

    /// <inheritdoc/>
    public ValueTask<SignatureVerdict> VerifyAsync(HttpRequestParts request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        DateTimeOffset now = _time.GetUtcNow();
        SignatureVerdict verdict = Verify(request.SingleValue(IdHeader), request.SingleValue(TimestampHeader), request.SingleValue(SignatureHeader), request.Body.Span, now);
        return _replays.ApplyAsync(verdict, now, cancellationToken);
    }

    private SignatureVerdict Verify(string? id, string? timestamp, string? signature, ReadOnlySpan<byte> payload, DateTimeOffset now)
    {
        if (id is null || timestamp is null || signature is null)
        {
            return SignatureVerdict.Refuse(SignatureFailure.Missing, "webhook-id, webhook-timestamp and webhook-signature must each come once.");
        }

        if (!UnixSeconds.TryParse(timestamp, out DateTimeOffset created))
        {
            return SignatureVerdict.Refuse(SignatureFailure.Malformed, "webhook-timestamp is no Unix time in seconds.");
        }

        if (UnixSeconds.Check(created, now, _tolerance, _tolerance) is var late && late != SignatureFailure.None)
        {
            return SignatureVerdict.Refuse(late, "webhook-timestamp is too far from now.", createdAt: created);
        }

        Span<byte> head = stackalloc byte[MaxHead];
        if (!TryMakeHead(id, timestamp, head, out int length))
        {
            return SignatureVerdict.Refuse(SignatureFailure.Malformed, "webhook-id has 1 to 256 visible ASCII characters without a dot.", createdAt: created);
        }

        Span<byte> codes = stackalloc byte[MaxParts * MacBytes];
        int parts = ReadCodes(signature, codes);
        if (parts < 0)
        {
            return SignatureVerdict.Refuse(SignatureFailure.Malformed, "webhook-signature has more than 16 parts.", createdAt: created);
        }

        return Match(head[..length], payload, codes[..(parts * MacBytes)], now, created);
    }

    private SignatureVerdict Match(ReadOnlySpan<byte> head, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> codes, DateTimeOffset now, DateTimeOffset created)
    {
        SignatureFailure failure = SignatureFailure.UnknownKey;
        Span<byte> expected = stackalloc byte[MacBytes];
        foreach (KeyRingEntry entry in _keys.Snapshot())
        {
            if (entry.Key.Algorithm != SignatureAlgorithm.HmacSha256)
            {
                continue;
            }

            if (entry.IsExpired(now))
            {
                failure = failure == SignatureFailure.UnknownKey ? SignatureFailure.KeyExpired : failure;
                continue;
            }

            failure = SignatureFailure.SignatureMismatch;
            if (codes.IsEmpty || !entry.Key.TrySign(head, payload, expected))
            {
                continue;
            }

            for (int i = 0; i < codes.Length; i += MacBytes)
            {
                if (CryptographicOperations.FixedTimeEquals(expected, codes.Slice(i, MacBytes)))
                {
                    return new SignatureVerdict(SignatureFailure.None, null, entry.Key.Id, created) { Token = SigningKey.TokenOf(expected) };
                }
            }
        }

        return SignatureVerdict.Refuse(failure, "No signature of the list is one by a key of the ring.", createdAt: created);
    }

    /// <summary>The <c>v1</c> codes of the list, one after the other; -1 where it is too long.</summary>
    private static int ReadCodes(ReadOnlySpan<char> signature, Span<byte> codes)
    {
        int parts = 0;
        int seen = 0;
        foreach (Range range in signature.Split(' '))
        {
            ReadOnlySpan<char> part = signature[range];
            if (part.IsEmpty)
            {
                continue;
            }

            if (++seen > MaxParts)
            {
                return -1;
            }

            // Base64 of 32 bytes has one spelling here: 44 characters, none of them white space.
            if (part.Length == SignatureLength && part.StartsWith("v1,") && !part[3..].ContainsAny(" \t\r\n")
                && Convert.TryFromBase64Chars(part[3..], codes.Slice(parts * MacBytes, MacBytes), out int written) && written == MacBytes)
            {
                parts++;
            }
        }

        return parts;
    }

    private static bool TryMakeHead(ReadOnlySpan<char> id, ReadOnlySpan<char> timestamp, Span<byte> head, out int length)
    {
        length = 0;
        if (id.Length is 0 or > MaxIdLength || id.ContainsAnyExceptInRange('!', '~') || id.Contains('.'))
        {
            return false; // a dot in the id would leave open where it ends
        }

        length = Encoding.ASCII.GetBytes(id, head);
        head[length++] = (byte)'.';
        length += Encoding.ASCII.GetBytes(timestamp, head[length..]);
        head[length++] = (byte)'.';
        return true;
    }
}
