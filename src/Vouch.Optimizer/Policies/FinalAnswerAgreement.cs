namespace Vouch.Optimizer.Policies;

/// <summary>
/// Compares whole replies of chat endpoints by their final answers: what stands in the last <c>\boxed{…}</c>, after the last <c>####</c>, in an <c>"answer"</c> field, or after the last
/// "answer is" or "answer:"; a short reply of one line is its own answer.
/// </summary>
/// <remarks>
/// A reply whose final answer cannot be told agrees with nothing, so that the cascade escalates: it costs money, never quality. Ask endpoints for a final line such as
/// <c>Answer: …</c> to save more. Immutable, safe to share, allocates nothing; linear in the length of the replies.
/// </remarks>
public sealed class FinalAnswerAgreement : IAnswerAgreement
{
    private const int LongestAnswer = 200;
    private const int LongestWholeReply = 48;

    private readonly IAnswerAgreement _inner;

    /// <summary>Initializes an agreement.</summary>
    /// <param name="inner">Compares the final answers; null for <see cref="NormalizedAnswerAgreement"/>.</param>
    public FinalAnswerAgreement(IAnswerAgreement? inner = null) => _inner = inner ?? NormalizedAnswerAgreement.Instance;

    /// <inheritdoc/>
    public bool Agree(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        ReadOnlySpan<char> left = FinalAnswer(first);
        ReadOnlySpan<char> right = FinalAnswer(second);
        return !left.IsEmpty && !right.IsEmpty && _inner.Agree(left, right);
    }

    /// <summary>Finds the final answer of a reply.</summary>
    /// <param name="reply">The reply.</param>
    /// <returns>The part of it that is the final answer; empty where it cannot be told.</returns>
    public static ReadOnlySpan<char> FinalAnswer(ReadOnlySpan<char> reply)
    {
        reply = reply.Trim();
        int boxed = reply.LastIndexOf("\\boxed{", StringComparison.Ordinal);
        if (boxed >= 0)
        {
            return Bounded(Braced(reply[(boxed + "\\boxed{".Length)..]));
        }

        int hashes = reply.LastIndexOf("####", StringComparison.Ordinal);
        if (hashes >= 0)
        {
            return Bounded(Line(reply[(hashes + 4)..]));
        }

        int field = reply.LastIndexOf("\"answer\"", StringComparison.OrdinalIgnoreCase);
        if (field >= 0)
        {
            return Bounded(Field(reply[(field + "\"answer\"".Length)..]));
        }

        int stated = Math.Max(After(reply, "answer is"), After(reply, "answer:"));
        return stated >= 0 ? Bounded(Line(reply[stated..].TrimStart(" :*"))) : reply.Length <= LongestWholeReply && !reply.Contains('\n') ? reply : default;
    }

    private static int After(ReadOnlySpan<char> reply, ReadOnlySpan<char> marker)
    {
        int at = reply.LastIndexOf(marker, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? -1 : at + marker.Length;
    }

    private static ReadOnlySpan<char> Braced(ReadOnlySpan<char> text)
    {
        int depth = 1;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
            if (depth == 0)
            {
                return text[..i];
            }
        }

        return default;
    }

    private static ReadOnlySpan<char> Line(ReadOnlySpan<char> text)
    {
        text = text.TrimStart();
        int end = text.IndexOfAny('\r', '\n');
        ReadOnlySpan<char> line = (end < 0 ? text : text[..end]).Trim().Trim('*').Trim();

        // "(B)" and "B" are the same option; "f(x)" stays as it is.
        return line.Length > 2 && line[0] == '(' && line.TrimEnd('.')[^1] == ')' ? line.TrimEnd('.')[1..^1] : line;
    }

    private static ReadOnlySpan<char> Field(ReadOnlySpan<char> text)
    {
        text = text.TrimStart();
        if (text.IsEmpty || text[0] != ':')
        {
            return default;
        }

        text = text[1..].TrimStart();
        if (!text.IsEmpty && text[0] == '"')
        {
            int close = text[1..].IndexOf('"');
            return close < 0 ? default : text.Slice(1, close);
        }

        int end = text.IndexOfAny(",}\r\n");
        return (end < 0 ? text : text[..end]).Trim();
    }

    private static ReadOnlySpan<char> Bounded(ReadOnlySpan<char> answer) => answer.Length <= LongestAnswer ? answer.Trim() : default;
}
