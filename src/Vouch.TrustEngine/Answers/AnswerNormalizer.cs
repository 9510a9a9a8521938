using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;

namespace Vouch.TrustEngine.Answers;

/// <summary>Reads raw answers of people and language models so that those that say the same can be counted as the same.</summary>
/// <remarks>
/// <para>Numbers become exact fractions: <c>0.5</c>, <c>1/2</c>, <c>50 %</c>, <c>½</c>, <c>5e-1</c> and <c>\frac{1}{2}</c> are one answer; <c>1,234</c> is <c>1234</c>, <c>1 1/2</c> is <c>3/2</c>, <c>2^10</c> is
/// <c>1024</c>. Sums and products are not worked out, <c>-2^2</c>, <c>(5)</c> and <c>1/0</c> stay texts. A number with more than <see cref="AnswerNormalizerOptions.MaxDigits"/> digits written out, such as
/// <c>1e999999999</c>, is a text and is never computed. So are NaN and infinity.</para>
/// <para>Texts are brought to Unicode form KC (superscripts and fractions written out before), to one case, one kind of blank, dash and quote, and lose the end of a sentence. The case is folded letter by letter.
/// What stands about an answer is removed where it is clear which part is the answer: one box, one pair of dollars about all of it, one "the answer is" that opens the last sentence.</para>
/// <para>Two wrong merges are worse than many missed ones: where a form has two readings the text stays as it is. The result is its own normal form. The same on every culture; on every system as far as its
/// Unicode tables agree. O(length) times the wrappers removed. Immutable and safe to share. Sources: Unicode Standard Annex 15; X. Wang et al., "Self-consistency improves chain of thought reasoning in language models", ICLR 2023, for what it serves.</para>
/// </remarks>
public sealed class AnswerNormalizer
{
    // Wrappers in wrappers. A text with more is compared by its digest.
    private const int MaxRounds = 64;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    private readonly AnswerNormalizerOptions _options;
    private readonly string[] _units;
    private readonly char _group;

    /// <summary>Initializes a normalizer with the default options.</summary>
    public AnswerNormalizer()
        : this(new AnswerNormalizerOptions())
    {
    }

    /// <summary>Initializes a normalizer.</summary>
    /// <param name="options">The options; copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public AnswerNormalizer(AnswerNormalizerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionsCheck.Require(options, new AnswerNormalizerOptionsValidator(), new AnswerNormalizerOptionsRules());
        _options = new AnswerNormalizerOptions
        {
            IgnoreCase = options.IgnoreCase,
            IgnorePunctuation = options.IgnorePunctuation,
            IgnoreArticles = options.IgnoreArticles,
            ReadNumbers = options.ReadNumbers,
            DecimalComma = options.DecimalComma,
            RemoveWrappers = options.RemoveWrappers,
            MaxLength = options.MaxLength,
            MaxDigits = options.MaxDigits,
        };
        _group = options.DecimalComma ? '.' : ',';
        _units = [.. options.Units.Select(unit => AnswerText.Fold(unit, options.IgnoreCase, _group))];
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="text">The answer as it came, of any length; null and blank are <see cref="AnswerKind.Empty"/>. Half surrogates are read as U+FFFD.</param>
    /// <returns>The answer's normal form. Never throws on any text.</returns>
    public NormalizedAnswer Normalize(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return new NormalizedAnswer(AnswerKind.Empty, string.Empty);
        }

        string current = text;
        for (int round = 0; round < MaxRounds; round++)
        {
            if (current.Length > _options.MaxLength)
            {
                break;
            }

            string folded = AnswerText.Fold(current, _options.IgnoreCase, _group);
            if (folded.Length == 0)
            {
                return new NormalizedAnswer(AnswerKind.Empty, string.Empty);
            }

            if (IsDigest(folded))
            {
                return new NormalizedAnswer(AnswerKind.Digest, folded.ToLowerInvariant());
            }

            string next = _options.RemoveWrappers ? AnswerWrappers.Remove(folded, _group) : folded;
            if (next == folded)
            {
                if (_options.ReadNumbers && TryNumber(folded, out ExactNumber number))
                {
                    return NormalizedAnswer.OfNumber(number);
                }

                next = WithoutPunctuation(folded);
            }

            if (next == current)
            {
                return new NormalizedAnswer(AnswerKind.Text, current);
            }

            current = next;
        }

        return NormalizedAnswer.OfBytes(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    private static bool IsDigest(string text) =>
        text.Length == NormalizedAnswer.DigestPrefix.Length + 64
        && text.StartsWith(NormalizedAnswer.DigestPrefix, StringComparison.OrdinalIgnoreCase)
        && !text.AsSpan(NormalizedAnswer.DigestPrefix.Length).ContainsAnyExcept(HexDigits);

    private bool TryNumber(string text, out ExactNumber number)
    {
        foreach (string unit in _units)
        {
            if (BareOf(text, unit) is { } bare && NumberText.TryRead(bare, _options.MaxDigits, _options.DecimalComma, out number))
            {
                return true;
            }
        }

        return NumberText.TryRead(text, _options.MaxDigits, _options.DecimalComma, out number);
    }

    /// <summary>The text without a unit before or after it; null where it has none. Blanks within both do not count.</summary>
    private static string? BareOf(string text, string unit)
    {
        int at = 0;
        int matched = 0;
        while (at < text.Length && matched < unit.Length)
        {
            if (unit[matched] == ' ')
            {
                matched++;
            }
            else if (text[at] == ' ')
            {
                at++;
            }
            else if (text[at] == unit[matched])
            {
                at++;
                matched++;
            }
            else
            {
                break;
            }
        }

        if (matched == unit.Length)
        {
            return text[at..];
        }

        at = text.Length;
        matched = unit.Length;
        while (at > 0 && matched > 0)
        {
            if (unit[matched - 1] == ' ')
            {
                matched--;
            }
            else if (text[at - 1] == ' ')
            {
                at--;
            }
            else if (text[at - 1] == unit[matched - 1])
            {
                at--;
                matched--;
            }
            else
            {
                break;
            }
        }

        return matched == 0 ? text[..at] : null;
    }

    private string WithoutPunctuation(string text)
    {
        text = text.Replace('\n', ' ');
        if (text.Length > 1 && text[^1] is '.' or ',' or ';' or ':' or '?' && text[^2] is not ('.' or '?' or ' '))
        {
            return text[..^1];
        }

        // 5! is a number of its own, and a lone letter may be one; a word is not.
        if (text.Length > 1 && text[^1] == '!' && AnswerText.IsWord(text.AsSpan(text.LastIndexOf(' ') + 1)[..^1]))
        {
            return text[..^1];
        }

        if (text.Length > 2 && text[0] is '"' or '\'' && text[^1] == text[0] && text.IndexOf(text[0], 1) == text.Length - 1)
        {
            return text[1..^1];
        }

        // The letter of a choice: (b), b).
        ReadOnlySpan<char> choice = text.AsSpan(text[0] == '(' ? 1 : 0);
        if (choice.Length == 2 && char.IsLetter(choice[0]) && choice[1] == ')')
        {
            return choice[..1].ToString();
        }

        string[] tokens = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (_options.IgnorePunctuation)
        {
            for (int i = 0; i < tokens.Length; i++)
            {
                string bare = tokens[i].TrimStart('"', '\'').TrimEnd(',', ';', ':', '"', '\'', '.', '!', '?');
                bool ellipsis = tokens[i].EndsWith("..", StringComparison.Ordinal);
                tokens[i] = !ellipsis && AnswerText.IsWord(bare) ? bare : tokens[i];
            }
        }

        int first = _options.IgnoreArticles && tokens.Length > 1 && tokens[0].ToUpperInvariant() is "THE" or "A" or "AN" && AnswerText.IsWord(tokens[1]) ? 1 : 0;
        return string.Join(' ', tokens, first, tokens.Length - first);
    }
}
