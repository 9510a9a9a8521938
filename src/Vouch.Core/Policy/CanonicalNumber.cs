using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Numerics;

namespace Vouch.Core.Policy;

/// <summary>Numbers as ECMAScript's Number::toString prints them, and the question whether a literal survives as a double.</summary>
internal static class CanonicalNumber
{
    /// <summary>Longer than any result: sign, 17 digits, point, 5 leading zeros or an exponent.</summary>
    public const int MaxLength = 40;

    private const int MaxSafeDigits = 17;

    // The longest exact decimal expansion of a double has 767 significant digits; a literal with more of them is exact never.
    private const int MaxExactDigits = 767;

    private const double TwoTo53 = 9007199254740992;

    /// <summary>Writes a finite number; returns the number of bytes.</summary>
    public static int Format(double value, Span<byte> output)
    {
        if (value == 0)
        {
            output[0] = (byte)'0';
            return 1;
        }

        int length = 0;
        if (value < 0)
        {
            output[length++] = (byte)'-';
            value = -value;
        }

        Span<byte> digits = stackalloc byte[MaxSafeDigits];
        int count = ShortestDigits(value, digits, out int pointAt);
        digits = digits[..count];

        // The names k and n of ECMA-262 7.1.12.1 are count and pointAt here: value = 0.digits * 10^pointAt.
        if (pointAt is > 0 and <= 21)
        {
            if (count <= pointAt)
            {
                length += Append(output[length..], digits);
                output.Slice(length, pointAt - count).Fill((byte)'0');
                return length + pointAt - count;
            }

            length += Append(output[length..], digits[..pointAt]);
            output[length++] = (byte)'.';
            return length + Append(output[length..], digits[pointAt..]);
        }

        if (pointAt is > -6 and <= 0)
        {
            length += Append(output[length..], "0."u8);
            output.Slice(length, -pointAt).Fill((byte)'0');
            length -= pointAt;
            return length + Append(output[length..], digits);
        }

        output[length++] = digits[0];
        if (count > 1)
        {
            output[length++] = (byte)'.';
            length += Append(output[length..], digits[1..]);
        }

        int exponent = pointAt - 1;
        output[length++] = (byte)'e';
        output[length++] = (byte)(exponent < 0 ? '-' : '+');
        bool written = Utf8Formatter.TryFormat(Math.Abs(exponent), output[length..], out int bytes);
        Debug.Assert(written, "The buffer is long enough for any exponent.");
        return length + bytes;
    }

    /// <summary>Reads a JSON number literal. False where a double would not say the same; the remarks on <see cref="CanonicalJson"/> give the rule.</summary>
    public static bool TryRead(ReadOnlySpan<byte> literal, out double value)
    {
        bool parsed = double.TryParse(literal, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        if (!parsed || !double.IsFinite(value))
        {
            return false;
        }

        ReadOnlySpan<byte> mantissa = literal;
        long exponent = 0;
        int e = literal.IndexOfAny((byte)'e', (byte)'E');
        if (e >= 0)
        {
            mantissa = literal[..e];

            // The double is finite, so an exponent that leaves the range of long belongs to a zero.
            _ = long.TryParse(literal[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent);
        }

        if (mantissa[0] == (byte)'-')
        {
            mantissa = mantissa[1..];
        }

        int point = mantissa.IndexOf((byte)'.');
        int fraction = point < 0 ? 0 : mantissa.Length - point - 1;
        int significant = SignificantDigits(mantissa, out int trailingZeros);
        if (significant == 0)
        {
            return true;
        }

        if (value == 0)
        {
            return false;
        }

        // The literal is an integer of `significant` digits times ten to the power of `scale`.
        long scale = exponent - fraction + trailingZeros;
        bool isLargeInteger = scale >= 0 && Math.Abs(value) >= TwoTo53;
        if (significant <= MaxSafeDigits && !isLargeInteger)
        {
            return true;
        }

        return IsShortest(mantissa, significant, scale, value) || IsExact(mantissa, significant, scale, value);
    }

    private static int SignificantDigits(ReadOnlySpan<byte> mantissa, out int trailingZeros)
    {
        int count = 0;
        trailingZeros = 0;
        foreach (byte digit in mantissa)
        {
            if (digit == (byte)'.' || (digit == (byte)'0' && count == 0 && trailingZeros == 0))
            {
                continue;
            }

            if (digit == (byte)'0')
            {
                trailingZeros++;
            }
            else
            {
                count += trailingZeros + 1;
                trailingZeros = 0;
            }
        }

        return count;
    }

    private static bool IsShortest(ReadOnlySpan<byte> mantissa, int significant, long scale, double value)
    {
        Span<byte> shortest = stackalloc byte[MaxSafeDigits];
        int count = ShortestDigits(Math.Abs(value), shortest, out int pointAt);
        if (count != significant || pointAt != significant + scale)
        {
            return false;
        }

        Span<byte> digits = stackalloc byte[MaxSafeDigits];
        CopyDigits(mantissa, digits[..significant]);
        return digits[..significant].SequenceEqual(shortest[..count]);
    }

    private static bool IsExact(ReadOnlySpan<byte> mantissa, int significant, long scale, double value)
    {
        if (significant > MaxExactDigits)
        {
            return false;
        }

        // A finite double that is not zero bounds the scale: |scale| < 310 + 767 + 324.
        Span<byte> digits = stackalloc byte[significant];
        CopyDigits(mantissa, digits);
        var left = BigInteger.Parse(System.Text.Encoding.ASCII.GetString(digits), NumberStyles.None, CultureInfo.InvariantCulture);
        long bits = BitConverter.DoubleToInt64Bits(Math.Abs(value));
        int power = (int)(bits >> 52);
        BigInteger right = bits & 0xFFFFFFFFFFFFF;
        if (power == 0)
        {
            power = 1;
        }
        else
        {
            right |= 1L << 52;
        }

        power -= 1075;
        if (scale >= 0)
        {
            left *= BigInteger.Pow(10, (int)scale);
        }
        else
        {
            right *= BigInteger.Pow(10, (int)-scale);
        }

        return power >= 0 ? left == right << power : left << -power == right;
    }

    private static void CopyDigits(ReadOnlySpan<byte> mantissa, Span<byte> digits)
    {
        int at = 0;
        foreach (byte digit in mantissa)
        {
            if (digit == (byte)'.' || (digit == (byte)'0' && at == 0))
            {
                continue;
            }

            if (at == digits.Length)
            {
                return;
            }

            digits[at++] = digit;
        }
    }

    // .NET prints the shortest digits that read back as the same double ("R"), the nearest of them where there are several; only the layout differs from ECMAScript's.
    private static int ShortestDigits(double value, Span<byte> digits, out int pointAt)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        bool formatted = value.TryFormat(text, out int length, "R", CultureInfo.InvariantCulture);
        Debug.Assert(formatted, "The buffer is long enough for any double in round-trip format.");
        text = text[..length];
        int exponent = 0;
        int e = text.IndexOf((byte)'E');
        if (e >= 0)
        {
            exponent = int.Parse(text[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            text = text[..e];
        }

        int point = text.IndexOf((byte)'.');
        int integerDigits = point < 0 ? text.Length : point;
        int leadingZeros = 0;
        int count = 0;
        foreach (byte digit in text)
        {
            if (digit == (byte)'.')
            {
                continue;
            }

            if (digit == (byte)'0' && count == 0)
            {
                leadingZeros++;
                continue;
            }

            // Zeros before the point ("1E+16" prints without, "1000" with) may exceed the buffer only as trailing zeros, which do not count.
            if (count < digits.Length)
            {
                digits[count++] = digit;
            }
        }

        while (count > 1 && digits[count - 1] == (byte)'0')
        {
            count--;
        }

        pointAt = integerDigits - leadingZeros + exponent;
        return count;
    }

    private static int Append(Span<byte> output, ReadOnlySpan<byte> text)
    {
        text.CopyTo(output);
        return text.Length;
    }
}
