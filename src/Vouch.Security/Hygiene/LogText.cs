using System.Globalization;
using System.Text;

namespace Vouch.Security.Hygiene;

/// <summary>Makes text from outside safe to write into a log: one line, nothing invisible, nothing that moves a terminal's cursor or turns reading direction.</summary>
/// <remarks>Safe to share.</remarks>
public static class LogText
{
    /// <summary>Encodes text so that the log shows it for what it is and two different texts never look the same by way of escapes.</summary>
    /// <param name="text">The text, or null.</param>
    /// <param name="maxLength">How many characters of the text are shown at most, zero or more; how many are left out is said.</param>
    /// <returns>The text itself where it needs nothing; else with <c>\\</c>, <c>\n</c>, <c>\r</c>, <c>\t</c> and <c>\u{hex}</c> for backslashes, quotes, control and format characters, line and paragraph separators, other white
    /// space than the blank, private and unassigned characters and halves of surrogate pairs. Null gives <c>(null)</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxLength"/> is negative.</exception>
    public static string Encode(string? text, int maxLength = 1_024)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxLength);
        if (text is null)
        {
            return "(null)";
        }

        ReadOnlySpan<char> shown = text.AsSpan(0, Math.Min(text.Length, maxLength));
        if (shown.Length > 0 && shown.Length < text.Length && char.IsHighSurrogate(shown[^1]) && char.IsLowSurrogate(text[shown.Length]))
        {
            shown = shown[..^1];
        }

        int plain = PlainLength(shown);
        if (plain == text.Length)
        {
            return text;
        }

        var encoded = new StringBuilder(shown.Length + 32);
        encoded.Append(shown[..plain]);
        shown = shown[plain..];
        while (!shown.IsEmpty)
        {
            bool whole = Rune.DecodeFromUtf16(shown, out Rune rune, out int length) == System.Buffers.OperationStatus.Done;
            Append(encoded, rune, whole ? rune.Value : shown[0], whole);
            shown = shown[length..];
        }

        int left = text.Length - Math.Min(text.Length, maxLength);
        return left > 0 ? encoded.Append(CultureInfo.InvariantCulture, $"\\...({left} more)").ToString() : encoded.ToString();
    }

    private static int PlainLength(ReadOnlySpan<char> text)
    {
        int at = 0;
        while (at < text.Length && text[at] is >= ' ' and <= '~' and not ('\\' or '"'))
        {
            at++;
        }

        return at;
    }

    private static void Append(StringBuilder encoded, Rune rune, int value, bool isWhole)
    {
        switch (value)
        {
            case '\\':
                encoded.Append(@"\\");
                break;
            case '"':
                encoded.Append("\\\"");
                break;
            case '\n':
                encoded.Append(@"\n");
                break;
            case '\r':
                encoded.Append(@"\r");
                break;
            case '\t':
                encoded.Append(@"\t");
                break;
            default:
                if (isWhole && IsShown(rune))
                {
                    encoded.Append(rune);
                }
                else
                {
                    encoded.Append(CultureInfo.InvariantCulture, $"\\u{{{value:x}}}");
                }

                break;
        }
    }

    private static bool IsShown(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
