namespace Vouch.TrustEngine.Consensus;

/// <summary>The right label of an item, known from outside: a check, a gold question.</summary>
/// <param name="Item">The item's number, 0 or more. It needs no answers.</param>
/// <param name="Label">The right label's number, in [0, 255].</param>
/// <remarks>Immutable and safe to share.</remarks>
public readonly record struct VerifiedLabel(int Item, int Label);
