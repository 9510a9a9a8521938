using System.Text;
using System.Text.Unicode;

namespace Vouch.Security.Hygiene;

/// <summary>Text from outside: valid UTF-8 or nothing, never a replacement character in place of what was sent.</summary>
public static class StrictUtf8
{
    /// <summary>Looks at bytes that should be text.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="maxBytes">How many are allowed, zero or more.</param>
    /// <returns>Fit, or what is wrong: too long, not UTF-8 (overlong forms and surrogates included), or a control character other than tab, line feed and carriage return (the C1 ones and DEL included).</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxBytes"/> is negative.</exception>
    /// <remarks>Vectorised, allocates nothing. Source: RFC 3629.</remarks>
    public static InputVerdict Inspect(ReadOnlySpan<byte> bytes, int maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        if (bytes.Length > maxBytes)
        {
            return new InputVerdict(InputFault.TooLong, maxBytes);
        }

        if (!Utf8.IsValid(bytes))
        {
            return new InputVerdict(InputFault.NotUtf8, FirstInvalid(bytes));
        }

        for (int at = 0; at < bytes.Length; at++)
        {
            byte value = bytes[at];
            if ((value < 0x20 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r')) || value == 0x7F || (value == 0xC2 && bytes[at + 1] < 0xA0))
            {
                return new InputVerdict(InputFault.ControlCharacter, at);
            }
        }

        return default;
    }

    /// <summary>Reads text.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="maxBytes">How many are allowed, zero or more.</param>
    /// <param name="text">The text, or null.</param>
    /// <returns>Fit, or what is wrong, as <see cref="Inspect"/> says.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxBytes"/> is negative.</exception>
    public static InputVerdict TryRead(ReadOnlySpan<byte> bytes, int maxBytes, out string? text)
    {
        InputVerdict verdict = Inspect(bytes, maxBytes);
        text = verdict.IsFit ? Encoding.UTF8.GetString(bytes) : null;
        return verdict;
    }

    internal static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (at < bytes.Length && Rune.DecodeFromUtf8(bytes[at..], out _, out int length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }
}
