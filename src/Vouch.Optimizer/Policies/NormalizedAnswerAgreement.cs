using System.Globalization;

namespace Vouch.Optimizer.Policies;

/// <summary>Answers agree where they are the same number, or the same letters and digits after case, white space and enclosing punctuation are set aside.</summary>
/// <remarks>Immutable, safe to share, allocates nothing. For short final answers (a number, a letter, a literal), not for prose.</remarks>
public sealed class NormalizedAnswerAgreement : IAnswerAgreement
{
    /// <summary>Gets the one instance.</summary>
    public static NormalizedAnswerAgreement Instance { get; } = new();

    /// <inheritdoc/>
    public bool Agree(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        first = Trim(first);
        second = Trim(second);
        if (first.IsEmpty || second.IsEmpty)
        {
            return false;
        }

        if (TryNumber(first, out decimal left) && TryNumber(second, out decimal right))
        {
            return left == right;
        }

        int i = 0;
        int j = 0;
        while (true)
        {
            while (i < first.Length && char.IsWhiteSpace(first[i]))
            {
                i++;
            }

            while (j < second.Length && char.IsWhiteSpace(second[j]))
            {
                j++;
            }

            if (i == first.Length || j == second.Length)
            {
                return i == first.Length && j == second.Length;
            }

            if (char.ToUpperInvariant(first[i++]) != char.ToUpperInvariant(second[j++]))
            {
                return false;
            }
        }
    }

    private static ReadOnlySpan<char> Trim(ReadOnlySpan<char> answer) => answer.Trim().TrimEnd(".;,!").Trim("$\"'`").Trim();

    private static bool TryNumber(ReadOnlySpan<char> answer, out decimal value) =>
        decimal.TryParse(answer, NumberStyles.Number | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value);
}
