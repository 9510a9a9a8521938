using System.ComponentModel.DataAnnotations;

namespace Vouch.TrustEngine.Answers;

/// <summary>What counts as the same answer. The defaults merge only what no question can tell apart by its answer's form.</summary>
public sealed class AnswerNormalizerOptions
{
    /// <summary>Gets or sets whether upper and lower case are the same.</summary>
    /// <value>The default is true. False where the answer is code, a chemical formula or a unit.</value>
    public bool IgnoreCase { get; set; } = true;

    /// <summary>Gets or sets whether commas, semicolons, colons, quotes and full stops about words of two letters and more are left out. Punctuation about numbers, single letters and brackets always counts; the end of a sentence never does.</summary>
    /// <value>The default is true.</value>
    public bool IgnorePunctuation { get; set; } = true;

    /// <summary>Gets or sets whether an English article before the first word is left out.</summary>
    /// <value>The default is true.</value>
    public bool IgnoreArticles { get; set; } = true;

    /// <summary>Gets or sets whether numbers are compared by value.</summary>
    /// <value>The default is true. False where digits name something: post codes, versions, identifiers.</value>
    public bool ReadNumbers { get; set; } = true;

    /// <summary>Gets or sets whether 1.234,5 is how numbers are written, in place of 1,234.5.</summary>
    /// <value>The default is false.</value>
    public bool DecimalComma { get; set; }

    /// <summary>Gets or sets whether what stands about an answer is removed: <c>$…$</c>, <c>\boxed{…}</c>, <c>\text{…}</c>, Markdown emphasis, "The answer is".</summary>
    /// <value>The default is true.</value>
    public bool RemoveWrappers { get; set; } = true;

    /// <summary>Gets what may stand before or after a number and adds nothing, because the question says it already: its unit, its currency sign, <c>x =</c>.</summary>
    /// <value>Texts, compared without blanks and, with <see cref="IgnoreCase"/>, without case. The default is none: 5 and 5 cm are two answers.</value>
    public IList<string> Units { get; } = [];

    /// <summary>Gets or sets the greatest length of a text that is read. A longer one is compared by its SHA-256 digest.</summary>
    /// <value>UTF-16 code units in [1000, 1000000]. The default is 8192.</value>
    [Range(1000, 1_000_000)]
    public int MaxLength { get; set; } = 8192;

    /// <summary>Gets or sets how many digits a number, its numerator and its denominator may have at the most, written out. One with more is a text.</summary>
    /// <value>Decimal digits in [1, 450]. The default is 400, which holds every double.</value>
    [Range(1, 450)]
    public int MaxDigits { get; set; } = 400;
}
