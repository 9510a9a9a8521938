namespace Vouch.TrustEngine.Consensus;

/// <summary>The right value of an item, known from outside.</summary>
/// <param name="Item">The item's number, 0 or more.</param>
/// <param name="Value">The right value, finite.</param>
/// <remarks>Immutable and safe to share.</remarks>
public readonly record struct VerifiedNumber(int Item, double Value);
