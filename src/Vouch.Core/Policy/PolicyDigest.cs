using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Vouch.Core.Exceptions;

namespace Vouch.Core.Policy;

/// <summary>
/// Names the policy that a decision was made under: SHA-256 over the canonical JSON (RFC 8785) of the effective policy, that is, options, prices,
/// thresholds and whatever else the decision depends on. Two policies that say the same have the same digest, however they were written down.
/// </summary>
/// <remarks>Immutable and safe to share. The default value names no policy and is refused by every Vouch API.</remarks>
[JsonConverter(typeof(PolicyDigestJsonConverter))]
public readonly record struct PolicyDigest
{
    /// <summary>What every digest begins with.</summary>
    public const string Prefix = "sha256:";

    /// <summary>The length of a digest's text, in characters: <see cref="Prefix"/> and 64 hexadecimal digits.</summary>
    public const int TextLength = 71;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly string? _value;

    private PolicyDigest(string value) => _value = value;

    /// <summary>Gets the digest as text.</summary>
    /// <value><c>sha256:</c> and 64 lowercase hexadecimal digits.</value>
    /// <exception cref="InvalidOperationException">The digest is the default value.</exception>
    public string Value => _value ?? throw new InvalidOperationException("A default PolicyDigest names no policy; compute it from one or parse it.");

    /// <summary>Gets whether the digest names no policy.</summary>
    public bool IsDefault => _value is null;

    /// <summary>Computes the digest of a policy that stands as JSON.</summary>
    /// <param name="utf8Json">One JSON value in UTF-8, in any spelling.</param>
    /// <returns>The digest.</returns>
    /// <exception cref="InputValidationException">The text is not I-JSON as <see cref="CanonicalJson"/> wants it.</exception>
    public static PolicyDigest OfJson(ReadOnlySpan<byte> utf8Json) => OfCanonical(new CanonicalJsonWriter().Run(utf8Json));

    /// <summary>Computes the digest of a policy.</summary>
    /// <typeparam name="T">The type of the policy.</typeparam>
    /// <param name="policy">The policy.</param>
    /// <param name="typeInfo">How to serialize it, usually from a source-generated context.</param>
    /// <returns>The digest. What the serializer leaves out (ignored or private members) does not enter it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="policy"/> or <paramref name="typeInfo"/> is null.</exception>
    /// <exception cref="InputValidationException">The policy holds what JSON cannot carry, such as NaN.</exception>
    public static PolicyDigest Of<T>(T policy, JsonTypeInfo<T> typeInfo)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return OfCanonical(CanonicalJson.Serialize(policy, typeInfo));
    }

    /// <summary>Reads a digest.</summary>
    /// <param name="text"><c>sha256:</c> and 64 lowercase hexadecimal digits.</param>
    /// <returns>The digest.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="FormatException"><paramref name="text"/> is anything else.</exception>
    public static PolicyDigest Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out PolicyDigest digest) ? digest : throw new FormatException("A policy digest reads \"sha256:\" and 64 lowercase hexadecimal digits.");
    }

    /// <summary>Reads a digest where the text is one.</summary>
    /// <param name="text">The text; null is none.</param>
    /// <param name="digest">The digest, the default value where the text is none.</param>
    /// <returns>Whether the text is a digest.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out PolicyDigest digest)
    {
        bool valid = text is { Length: TextLength }
            && text.StartsWith(Prefix, StringComparison.Ordinal)
            && !text.AsSpan(Prefix.Length).ContainsAnyExcept(HexDigits);
        digest = valid ? new PolicyDigest(text!) : default;
        return valid;
    }

    /// <summary>Requires a record to have been made under this policy.</summary>
    /// <param name="recorded">The digest that the record carries.</param>
    /// <param name="record">What the record is, for the message, such as <c>journal entry 12</c>.</param>
    /// <exception cref="PolicyMismatchException">The record carries another digest, or none.</exception>
    /// <exception cref="InvalidOperationException">This digest is the default value.</exception>
    public void Require(PolicyDigest recorded, string record)
    {
        string expected = Value;
        if (recorded != this)
        {
            throw new PolicyMismatchException(
                $"The {record} was made under another policy ({recorded}) than the one in force ({expected}). Restore that policy, or make the record anew.")
            {
                ExpectedDigest = expected,
                ActualDigest = recorded._value,
            };
        }
    }

    /// <summary>Returns the digest as text, <c>none</c> for the default value.</summary>
    public override string ToString() => _value ?? "none";

    private static PolicyDigest OfCanonical(ReadOnlySpan<byte> canonical)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(canonical, hash);
        return new PolicyDigest(Prefix + Convert.ToHexStringLower(hash));
    }
}
