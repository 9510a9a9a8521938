using System.Buffers;
using System.Globalization;
using System.Numerics;

namespace Vouch.TrustEngine.Answers;

/// <summary>Reads a whole text as one exact number, or not at all. Never makes a number longer than it was told to.</summary>
internal ref struct NumberText
{
    private static readonly SearchValues<char> SignAndDigits = SearchValues.Create("+-0123456789");
    private static readonly SearchValues<char> Decimals = SearchValues.Create("+-.,0123456789");

    private readonly ReadOnlySpan<char> _text;
    private readonly int _maxDigits;
    private readonly char _point;
    private readonly char _group;
    private int _at;

    private NumberText(ReadOnlySpan<char> text, int maxDigits, bool decimalComma)
    {
        _text = text;
        _maxDigits = maxDigits;
        _point = decimalComma ? ',' : '.';
        _group = decimalComma ? '.' : ',';
    }

    public static bool TryRead(string text, int maxDigits, bool decimalComma, out ExactNumber number)
    {
        number = default;
        string? flat = WithoutCommands(text);
        if (flat is null)
        {
            return false;
        }

        var reader = new NumberText(flat.AsSpan().Trim(), maxDigits, decimalComma);
        return reader.TryReadAll(out number) && Fits(number.Numerator, maxDigits) && Fits(number.Denominator, maxDigits);
    }

    /// <summary>Writes \frac{1}{2} as 1/2 and \times as *; null where a command is left that says something else.</summary>
    private static string? WithoutCommands(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        text = text.Replace("\\times", "*", StringComparison.OrdinalIgnoreCase).Replace("\\cdot", "*", StringComparison.OrdinalIgnoreCase);
        int start = text.IndexOf("\\frac", StringComparison.OrdinalIgnoreCase);
        if (start >= 0)
        {
            ReadOnlySpan<char> before = text.AsSpan(0, start).Trim();
            int at = start + 5;
            string? numerator = Argument(text, ref at);
            string? denominator = numerator is null ? null : Argument(text, ref at);
            string after = denominator is null ? string.Empty : text[at..];

            // Next to anything but a sign, a whole number and a percent sign, the fraction would bind in another way than 1/2 does.
            if (denominator is null || before.ContainsAnyExcept(SignAndDigits) || after.Trim() is not ("" or "%" or "percent"))
            {
                return null;
            }

            text = $"{before}{(before.Length > 0 && char.IsAsciiDigit(before[^1]) ? " " : null)}{numerator}/{denominator}{after}";
        }

        return text.Contains('\\', StringComparison.Ordinal) ? null : text;
    }

    private static string? Argument(string text, ref int at)
    {
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }

        if (at >= text.Length)
        {
            return null;
        }

        if (text[at] != '{')
        {
            return char.IsAsciiDigit(text[at]) ? text[at++].ToString() : null;
        }

        int end = text.IndexOf('}', at);
        string inner = end < 0 ? string.Empty : text[(at + 1)..end].Trim();
        at = end + 1;
        return inner.Length == 0 || inner.AsSpan().ContainsAnyExcept(Decimals) ? null : inner;
    }

    private static bool Fits(BigInteger number, int digits)
    {
        // log10(2) digits per bit; only near the limit are digits counted.
        double about = number.GetBitLength() * 0.30102999566398120;
        return about < digits - 1 || (about < digits + 1 && BigInteger.Abs(number).ToString(CultureInfo.InvariantCulture).Length <= digits);
    }

    private bool TryReadAll(out ExactNumber number)
    {
        number = default;
        bool signed = TrySign(out int sign);
        if (!TryMagnitude(signed, out number))
        {
            return false;
        }

        int denominator = 1;
        SkipBlanks();
        if (TryTake("%") || TryTake("percent") || TryTake("per cent"))
        {
            denominator = 100;
        }

        if (_at != _text.Length)
        {
            return false;
        }

        number = new ExactNumber(number.Numerator * sign, number.Denominator * denominator);
        return true;
    }

    private bool TryMagnitude(bool signed, out ExactNumber number)
    {
        if (!TryDecimal(out number, out bool plain))
        {
            return false;
        }

        int after = _at;
        SkipBlanks();
        bool spaced = _at > after;
        if (TryTake("/"))
        {
            SkipBlanks();
            TrySign(out int sign);
            if (!TryDecimal(out ExactNumber divisor, out _) || divisor.Numerator.IsZero)
            {
                return false;
            }

            number = new ExactNumber(number.Numerator * divisor.Denominator * sign, number.Denominator * divisor.Numerator);
            return true;
        }

        if (spaced && plain && _at < _text.Length && char.IsAsciiDigit(_text[_at]))
        {
            return TryFractionAfter(ref number);
        }

        if (TryTake("*") || TryTake("×") || TryTake("·") || TryTake("x") || TryTake("X"))
        {
            SkipBlanks();
            return TryTake("10^") && TryExponent(out int power) && TryScale(ref number, 10, power);
        }

        _at = after;
        if (TryTake("e") || TryTake("E"))
        {
            return TryExponent(out int power) && TryScale(ref number, 10, power);
        }

        if (TryTake("^"))
        {
            // Whether -2^2 is 4 or -4 depends on who writes it.
            var unit = new ExactNumber(1, 1);
            return !signed && plain && TryExponent(out int power) && (power >= 0 || !number.Numerator.IsZero) && TryScale(ref unit, number.Numerator, power) && Assign(out number, unit);
        }

        return true;
    }

    private static bool Assign(out ExactNumber number, ExactNumber value)
    {
        number = value;
        return true;
    }

    /// <summary>The 3/4 of 2 3/4, which is less than one.</summary>
    private bool TryFractionAfter(ref ExactNumber number)
    {
        if (!TryDecimal(out ExactNumber top, out bool plainTop) || !TryTake("/") || !TryDecimal(out ExactNumber bottom, out bool plainBottom)
            || !plainTop || !plainBottom || top.Numerator.IsZero || top >= bottom)
        {
            return false;
        }

        number = new ExactNumber((number.Numerator * bottom.Numerator) + top.Numerator, bottom.Numerator);
        return true;
    }

    private readonly bool TryScale(ref ExactNumber number, BigInteger radix, int power)
    {
        // The bits of the power bound its digits; a base of 0 or 1 has no more however often it is multiplied.
        if (Math.Abs((long)power) * Math.Max(1, radix.GetBitLength()) > 4L * (_maxDigits + 1))
        {
            return false;
        }

        var factor = BigInteger.Pow(radix, Math.Abs(power));
        number = power >= 0 ? new ExactNumber(number.Numerator * factor, number.Denominator) : new ExactNumber(number.Numerator, number.Denominator * factor);
        return true;
    }

    private bool TryExponent(out int power)
    {
        power = 0;
        char close = TryTake("{") ? '}' : TryTake("(") ? ')' : '\0';
        TrySign(out int sign);
        int start = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
        {
            _at++;
        }

        bool read = int.TryParse(_text[start.._at], NumberStyles.None, CultureInfo.InvariantCulture, out power);
        power *= sign;
        return read && (close == '\0' || TryTake(close == '}' ? "}" : ")"));
    }

    /// <summary>Digits, grouped or not, with or without a decimal point. Plain: a whole number without a point.</summary>
    private bool TryDecimal(out ExactNumber number, out bool plain)
    {
        number = default;
        plain = false;
        Span<char> digits = stackalloc char[_maxDigits];
        int count = 0, first = 0, group = -1, decimals = 0;
        bool point = false, any = false;
        for (; _at < _text.Length; _at++)
        {
            char at = _text[_at];
            if (char.IsAsciiDigit(at))
            {
                any = true;
                if (count == digits.Length)
                {
                    return false;
                }

                digits[count++] = at;
                decimals += point ? 1 : 0;
                group += group >= 0 && !point ? 1 : 0;
                first += group < 0 && !point ? 1 : 0;
            }
            else if (at == _point && !point && group is -1 or 3)
            {
                point = true;
            }
            else if (at == _group && !point && (group == 3 || (group < 0 && first is >= 1 and <= 3 && digits[0] != '0')))
            {
                group = 0;
            }
            else
            {
                break;
            }
        }

        if (!any || group is not (-1 or 3))
        {
            return false;
        }

        plain = !point;
        number = new ExactNumber(BigInteger.Parse(digits[..count], NumberStyles.None, CultureInfo.InvariantCulture), BigInteger.Pow(10, decimals));
        return true;
    }

    private bool TrySign(out int sign)
    {
        sign = _at < _text.Length && _text[_at] == '-' ? -1 : 1;
        bool signed = sign < 0 || (_at < _text.Length && _text[_at] == '+');
        _at += signed ? 1 : 0;
        if (signed)
        {
            SkipBlanks();
        }

        return signed;
    }

    private bool TryTake(string expected)
    {
        bool found = _text[_at..].StartsWith(expected, StringComparison.Ordinal);
        _at += found ? expected.Length : 0;
        return found;
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\n')
        {
            _at++;
        }
    }
}
