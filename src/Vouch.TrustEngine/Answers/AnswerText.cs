using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Vouch.TrustEngine.Answers;

/// <summary>Gives texts that look alike the same characters: compatibility forms, digits, dashes, quotes, blanks, case.</summary>
internal static class AnswerText
{
    // Compatibility normalization writes 10³ as 103 and 1½ as 11/2; what they mean is written out before.
    // Without ICU (globalization-invariant mode) the runtime leaves compatibility forms as they are, so those of answers are mapped here.
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ";
    private const string OnLine = "0123456789+-=()ni";
    private const string Subscripts = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎";

    private static readonly FrozenDictionary<char, string> Fractions = new Dictionary<char, string>
    {
        ['½'] = "1/2",
        ['⅓'] = "1/3",
        ['⅔'] = "2/3",
        ['¼'] = "1/4",
        ['¾'] = "3/4",
        ['⅕'] = "1/5",
        ['⅖'] = "2/5",
        ['⅗'] = "3/5",
        ['⅘'] = "4/5",
        ['⅙'] = "1/6",
        ['⅚'] = "5/6",
        ['⅐'] = "1/7",
        ['⅛'] = "1/8",
        ['⅜'] = "3/8",
        ['⅝'] = "5/8",
        ['⅞'] = "7/8",
        ['⅑'] = "1/9",
        ['⅒'] = "1/10",
        ['↉'] = "0/3",
    }.ToFrozenDictionary();

    public static string Fold(string text, bool ignoreCase, char group)
    {
        if (!Ascii.IsValid(text))
        {
            text = WrittenOut(text, group).Normalize(NormalizationForm.FormKC);
        }

        if (ignoreCase)
        {
            text = text.ToUpperInvariant().ToLowerInvariant();
        }

        var folded = new StringBuilder(text.Length);
        char blank = '\0';
        foreach (char at in text)
        {
            if (char.IsWhiteSpace(at) || char.IsControl(at))
            {
                blank = at == '\n' || at == '\r' || blank == '\n' ? '\n' : ' ';
                continue;
            }

            if (blank != '\0' && folded.Length > 0)
            {
                folded.Append(blank);
            }

            blank = '\0';
            folded.Append(at is '⁄' or '∕' ? '/' : at);
        }

        return folded.ToString();
    }

    /// <summary>Whether a token is a word: two letters and more, with nothing but hyphens and apostrophes in it.</summary>
    public static bool IsWord(ReadOnlySpan<char> token)
    {
        int letters = 0;
        foreach (char at in token)
        {
            if (char.IsLetter(at) || CharUnicodeInfo.GetUnicodeCategory(at) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.Surrogate)
            {
                letters++;
            }
            else if (at is not ('-' or '\''))
            {
                return false;
            }
        }

        return letters >= 2;
    }

    private static string WrittenOut(string text, char group)
    {
        var written = new StringBuilder(text.Length + 8);
        char script = '\0';
        int index = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            int width = rune.Utf16SequenceLength;
            char before = written.Length > 0 ? written[^1] : '\0';
            char next = index + width < text.Length ? text[index + width] : '\0';
            index += width;
            char at = width == 1 ? (char)rune.Value : '\0';
            char opened = script;
            script = Superscripts.Contains(at, StringComparison.Ordinal) ? '^' : Subscripts.Contains(at, StringComparison.Ordinal) ? '_' : '\0';
            if (script != '\0' && script != opened)
            {
                written.Append(script);
            }

            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            switch (at)
            {
                case not '\0' when script == '^':
                    written.Append(OnLine[Superscripts.IndexOf(at, StringComparison.Ordinal)]);
                    break;
                case not '\0' when script == '_':
                    written.Append(OnLine[Subscripts.IndexOf(at, StringComparison.Ordinal)]);
                    break;
                case >= '\uFF01' and <= '\uFF5E':
                    written.Append((char)(at - '\uFF01' + '!'));
                    break;
                case '\u2026':
                    written.Append("...");
                    break;
                case '\u00A0' or '\u2009' or '\u202F' when char.IsAsciiDigit(before) && char.IsAsciiDigit(next):
                    written.Append(group);
                    break;
                case '\u2212' or '\uFE63':
                    written.Append('-');
                    break;
                case '\u2018' or '\u2019' or '\u201B' or '\u2032':
                    written.Append('\'');
                    break;
                case '\u201C' or '\u201D' or '\u201F' or '\u00AB' or '\u00BB':
                    written.Append('"');
                    break;
                case '\u066A':
                    written.Append('%');
                    break;
                case '\u066B':
                    written.Append(group == ',' ? '.' : ',');
                    break;
                case '\u066C':
                    written.Append(group);
                    break;
                case not '\0' when Fractions.TryGetValue(at, out string? fraction):
                    written.Append(char.IsAsciiDigit(before) ? " " : null).Append(fraction);
                    break;
                default:
                    if (category == UnicodeCategory.DashPunctuation)
                    {
                        written.Append('-');
                    }
                    else if (category == UnicodeCategory.DecimalDigitNumber && at != '\0')
                    {
                        written.Append((char)('0' + CharUnicodeInfo.GetDecimalDigitValue(at)));
                    }
                    else if (category != UnicodeCategory.Format)
                    {
                        written.Append(rune.ToString());
                    }

                    break;
            }
        }

        return written.ToString();
    }
}
