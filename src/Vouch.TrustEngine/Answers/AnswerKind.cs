namespace Vouch.TrustEngine.Answers;

/// <summary>What an answer was read as.</summary>
public enum AnswerKind
{
    /// <summary>Nothing: null, blank, or wrappers around nothing. It is an abstention, not an answer.</summary>
    Empty = 0,

    /// <summary>A text that is no number, or a number too long to be read as one.</summary>
    Text,

    /// <summary>A whole number.</summary>
    WholeNumber,

    /// <summary>A fraction, in lowest terms.</summary>
    Fraction,

    /// <summary>A SHA-256 digest: of bytes, or of a text too long to be read. Equal only where what it was made of is.</summary>
    Digest,
}
