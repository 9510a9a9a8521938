using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Vouch.Core.Exceptions;

namespace Vouch.Core.Policy;

/// <summary>
/// Writes JSON in the one form that RFC 8785 (JSON Canonicalization Scheme) gives it: members sorted by UTF-16 code units, no whitespace, numbers as
/// ECMAScript prints them, strings with the fewest escapes. Two texts that say the same become the same bytes, so that a digest over them can be compared.
/// </summary>
/// <remarks>
/// <para>Input is I-JSON (RFC 7493): UTF-8, no member twice in an object, no lone surrogates, and numbers that an IEEE 754 double can carry. A number that would
/// change silently is refused: beyond the double's range, not zero but rounded to zero, an integer beyond 2^53 that no double holds, or more than 17 significant
/// digits that no double holds. A byte order mark at the start is skipped.</para>
/// <para>Stateless and safe to share. Takes time O(n log n) and memory O(n) in the length of the input; nesting is limited to <see cref="MaxDepth"/> and
/// takes no stack. Source: A. Rundgren, B. Jordan, S. Erdtman, <i>JSON Canonicalization Scheme (JCS)</i>, RFC 8785, 2020.</para>
/// </remarks>
public static class CanonicalJson
{
    /// <summary>The deepest nesting of objects and arrays that is accepted.</summary>
    public const int MaxDepth = 128;

    /// <summary>Writes JSON text in its canonical form.</summary>
    /// <param name="utf8Json">One JSON value in UTF-8.</param>
    /// <returns>The canonical form in UTF-8.</returns>
    /// <exception cref="InputValidationException">The text is not I-JSON as the remarks on the type say; <see cref="InputValidationException.Location"/> says where.</exception>
    public static byte[] Canonicalize(ReadOnlySpan<byte> utf8Json) => new CanonicalJsonWriter().Run(utf8Json).ToArray();

    /// <summary>Writes JSON text in its canonical form.</summary>
    /// <param name="utf8Json">One JSON value in UTF-8.</param>
    /// <param name="output">Takes the canonical form in UTF-8; nothing is written to it where the input is refused.</param>
    /// <exception cref="ArgumentNullException"><paramref name="output"/> is null.</exception>
    /// <exception cref="InputValidationException">The text is not I-JSON as the remarks on the type say; <see cref="InputValidationException.Location"/> says where.</exception>
    public static void Canonicalize(ReadOnlySpan<byte> utf8Json, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(new CanonicalJsonWriter().Run(utf8Json));
    }

    /// <summary>Serializes a value and writes it in canonical form.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="typeInfo">How to serialize it, usually from a source-generated context.</param>
    /// <returns>The canonical form in UTF-8.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="typeInfo"/> is null.</exception>
    /// <exception cref="InputValidationException">The value holds what JSON cannot carry, such as NaN, a cycle, a lone surrogate or a number no double holds.</exception>
    public static byte[] Serialize<T>(T value, JsonTypeInfo<T> typeInfo)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        byte[] json;
        try
        {
            json = JsonSerializer.SerializeToUtf8Bytes(value, typeInfo);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new InputValidationException($"A value of type {typeof(T).Name} cannot be written as JSON: {exception.Message}", exception)
            {
                DataSource = typeof(T).Name,
                Location = (exception as JsonException)?.Path,
                Expected = "finite numbers, well-formed strings and no cycles",
            };
        }

        return Canonicalize(json);
    }

    /// <summary>Writes a number as ECMAScript does, which is the form RFC 8785 asks for: the shortest digits that read back as the same double.</summary>
    /// <param name="value">A finite number.</param>
    /// <returns>Its text, such as <c>1e+21</c>, <c>0.000001</c> or <c>333333333.3333333</c>; <c>0</c> for negative zero.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is NaN or infinite.</exception>
    /// <remarks>Source: RFC 8785, section 3.2.2.3; ECMA-262, 10th edition, section 7.1.12.1.</remarks>
    public static string FormatNumber(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "JSON carries finite numbers only.");
        }

        Span<byte> text = stackalloc byte[CanonicalNumber.MaxLength];
        return System.Text.Encoding.ASCII.GetString(text[..CanonicalNumber.Format(value, text)]);
    }
}
