using System.Security.Cryptography;

namespace Vouch.TrustEngine.Answers;

/// <summary>An answer in the one form that all answers saying the same share.</summary>
/// <param name="Kind">What it was read as.</param>
/// <param name="Canonical">The form to compare, code unit by code unit: <c>-12</c>, <c>3/4</c>, a folded text, <c>sha256:</c> and 64 hexadecimal digits, or nothing.</param>
/// <param name="Number">The number, where it is one.</param>
/// <remarks>Immutable and safe to share. Normalizing <paramref name="Canonical"/> with the same options gives the same answer again.</remarks>
public readonly record struct NormalizedAnswer(AnswerKind Kind, string Canonical, ExactNumber? Number = null)
{
    internal const string DigestPrefix = "sha256:";

    /// <summary>Gets whether it is an integer or a fraction.</summary>
    public bool IsNumber => Number.HasValue;

    /// <summary>Makes the answer that stands for bytes: their SHA-256 digest. Any change of the bytes makes another answer.</summary>
    /// <param name="content">The bytes: a file, an image, a serialised result; may be empty.</param>
    /// <returns>An answer of kind <see cref="AnswerKind.Digest"/>. Its canonical form can be sent as a text.</returns>
    /// <remarks>Source: FIPS 180-4.</remarks>
    public static NormalizedAnswer OfBytes(ReadOnlySpan<byte> content) =>
        new(AnswerKind.Digest, DigestPrefix + Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <summary>Makes the answer that is a number.</summary>
    /// <param name="number">The number.</param>
    public static NormalizedAnswer OfNumber(ExactNumber number) =>
        new(number.IsInteger ? AnswerKind.WholeNumber : AnswerKind.Fraction, number.ToString(), number);

    /// <summary>Returns the canonical form.</summary>
    public override string ToString() => Canonical ?? string.Empty;
}
