namespace Vouch.TrustEngine.Answers;

/// <summary>Removes what stands about an answer, one layer at a time and only where it is clear which part is the answer.</summary>
internal static class AnswerWrappers
{
    private static readonly (string Open, string Close)[] Pairs =
    [
        ("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]"), ("**", "**"), ("```", "```"), ("`", "`"),
    ];

    private static readonly string[] Commands = ["\\text{", "\\textbf{", "\\mathrm{", "\\mathbf{", "\\textrm{", "\\mbox{"];

    private static readonly string[] Connectives = ["so", "thus", "therefore", "hence"];

    /// <summary>The text within, or the same text where nothing stands about it.</summary>
    public static string Remove(string text, char group)
    {
        text = WithoutSpacing(text, group);
        return Boxed(text) ?? AfterMark(text) ?? AfterLead(text) ?? Within(text) ?? text;
    }

    private static string WithoutSpacing(string text, char group)
    {
        if (!text.Contains('\\', StringComparison.Ordinal) && !text.Contains("{,}", StringComparison.Ordinal))
        {
            return text;
        }

        const StringComparison Rule = StringComparison.OrdinalIgnoreCase;
        text = text.Replace("\\dfrac", "\\frac", Rule).Replace("\\tfrac", "\\frac", Rule).Replace("{,}", ",", Rule)
            .Replace("\\!", string.Empty, Rule).Replace("\\%", "%", Rule).Replace("\\$", "\uFF04", Rule);
        foreach (string command in (string[])["\\left", "\\right"])
        {
            for (int at = text.IndexOf(command, Rule); at >= 0; at = text.IndexOf(command, at, Rule))
            {
                int end = at + command.Length;
                bool whole = end >= text.Length || !char.IsLetter(text[end]);
                text = whole ? text.Remove(at, command.Length) : text;
                at += whole ? 0 : command.Length;
            }
        }

        for (int at = text.IndexOf("\\,", Rule); at >= 0; at = text.IndexOf("\\,", Rule))
        {
            bool inside = at > 0 && at + 2 < text.Length && char.IsAsciiDigit(text[at - 1]) && char.IsAsciiDigit(text[at + 2]);
            text = string.Concat(text.AsSpan(0, at), inside ? [group] : " ", text.AsSpan(at + 2));
        }

        return text.Replace("\\;", " ", Rule).Replace("\\:", " ", Rule).Replace("\\ ", " ", Rule);
    }

    /// <summary>What stands in the box, where there is one, or where all boxes hold the same.</summary>
    private static string? Boxed(string text)
    {
        string? found = null;
        int at = 0;
        while (Opening(text, at) is (int start, int inner) && start >= 0)
        {
            int end = Closing(text, inner);
            string? content = end < 0 ? null : text[inner..end].Trim();
            if (content is null || (found is not null && found != content))
            {
                return null;
            }

            found = content;
            at = end + 1;
        }

        return found;
    }

    private static (int Start, int Inner) Opening(string text, int from)
    {
        int boxed = text.IndexOf("\\boxed{", from, StringComparison.OrdinalIgnoreCase);
        int framed = text.IndexOf("\\fbox{", from, StringComparison.OrdinalIgnoreCase);
        return boxed >= 0 && (framed < 0 || boxed < framed) ? (boxed, boxed + 7) : (framed, framed + 6);
    }

    /// <summary>Where the brace that was opened before is closed; -1 where it is not.</summary>
    private static int Closing(string text, int inner)
    {
        int depth = 1;
        for (int at = inner; at < text.Length; at++)
        {
            depth += text[at] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>What follows the mark <c>####</c>, where there is one and one line follows it.</summary>
    private static string? AfterMark(string text)
    {
        int at = text.IndexOf("####", StringComparison.Ordinal);
        if (at < 0 || at != text.LastIndexOf("####", StringComparison.Ordinal) || (at > 0 && text[at - 1] != '\n'))
        {
            return null;
        }

        string rest = text[(at + 4)..].Trim();
        return rest.Length == 0 || rest.Contains('\n', StringComparison.Ordinal) ? null : rest;
    }

    /// <summary>What follows "the answer is", where it is said once, at the start of a sentence, and nothing comes after.</summary>
    private static string? AfterLead(string text)
    {
        const string Word = "answer";
        int at = text.IndexOf(Word, StringComparison.OrdinalIgnoreCase);
        if (at < 0 || at != text.LastIndexOf(Word, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        ReadOnlySpan<char> before = text.AsSpan(0, at).TrimEnd(' ');
        ReadOnlySpan<char> after = text.AsSpan(at + Word.Length);
        bool says = TryDrop(ref after, " is:") || TryDrop(ref after, " is") || TryDrop(ref after, ":") || TryDrop(ref after, " :") || TryDrop(ref after, " =");
        if (!says || (after.Length > 0 && char.IsLetterOrDigit(after[0])))
        {
            return null;
        }

        bool leading = DropWord(ref before, "final") | DropWord(ref before, "correct") | DropWord(ref before, "my") | DropWord(ref before, "the");
        ReadOnlySpan<char> joined = before.TrimEnd(',');
        foreach (string connective in leading ? Connectives : [])
        {
            if (DropWord(ref joined, connective))
            {
                before = joined;
                break;
            }
        }

        bool marked = before.Length > 0 && before[^1] is '*' or '#';
        before = before.TrimEnd("*# ");
        ReadOnlySpan<char> answer = after.Trim();
        if (marked || (answer.Length > 0 && answer[0] == '*' && answer.StartsWith("**") && !answer[2..].Contains("**", StringComparison.Ordinal)))
        {
            answer = answer.Trim("* ");
        }

        // A sentence before is reasoning; one after may take the answer back.
        bool starts = before.Length == 0 || before[^1] is '.' or '!' or '?' or '\n' or ':';
        bool ends = !answer.ContainsAny('\n', '?') && answer.IndexOf(". ", StringComparison.Ordinal) < 0 && answer.IndexOf("! ", StringComparison.Ordinal) < 0;
        return starts && ends && answer.Length > 0 ? answer.ToString() : null;
    }

    private static bool DropWord(ref ReadOnlySpan<char> text, string word)
    {
        bool found = text.EndsWith(word, StringComparison.OrdinalIgnoreCase) && (text.Length == word.Length || !char.IsLetterOrDigit(text[^(word.Length + 1)]));
        text = found ? text[..^word.Length].TrimEnd(' ') : text;
        return found;
    }

    private static bool TryDrop(ref ReadOnlySpan<char> text, string expected)
    {
        bool found = text.StartsWith(expected, StringComparison.OrdinalIgnoreCase);
        text = found ? text[expected.Length..] : text;
        return found;
    }

    private static string? Within(string text)
    {
        foreach ((string open, string close) in Pairs)
        {
            if (text.Length >= open.Length + close.Length && text.StartsWith(open, StringComparison.Ordinal) && text.EndsWith(close, StringComparison.Ordinal))
            {
                string inner = text[open.Length..^close.Length];
                if (!inner.Contains(open[0] == '\\' ? open : open[..1], StringComparison.Ordinal) && !inner.Contains(close, StringComparison.Ordinal))
                {
                    return inner.Trim();
                }
            }
        }

        foreach (string command in Commands)
        {
            if (text.StartsWith(command, StringComparison.OrdinalIgnoreCase) && Closing(text, command.Length) == text.Length - 1)
            {
                return text[command.Length..^1].Trim();
            }
        }

        return null;
    }
}
