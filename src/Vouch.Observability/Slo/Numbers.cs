namespace Vouch.Observability.Slo;

internal static class Numbers
{
    /// <summary>Counts the characters of the plain number (digits, at most one point with digits after it) at the beginning of a text.</summary>
    public static int Length(ReadOnlySpan<char> text)
    {
        int at = 0;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        if (at > 0 && at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
        {
            at++;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }
        }

        return at;
    }
}
