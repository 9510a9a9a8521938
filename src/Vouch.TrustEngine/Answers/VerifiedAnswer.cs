namespace Vouch.TrustEngine.Answers;

/// <summary>The right answer to a question, known from outside.</summary>
/// <param name="Item">The question's number, 0 or more.</param>
/// <param name="Text">The right answer, in any form that says it; not blank.</param>
/// <remarks>Immutable and safe to share.</remarks>
public readonly record struct VerifiedAnswer(int Item, string Text);
