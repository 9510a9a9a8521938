namespace Vouch.TrustEngine.Consensus;

/// <summary>A worker's label for an item, all three by number.</summary>
/// <param name="Item">The item's number, 0 or more; gaps are allowed.</param>
/// <param name="Worker">The worker's number, 0 or more; gaps are allowed.</param>
/// <param name="Label">The label's number, in [0, 255].</param>
/// <remarks>Several answers of one worker to one item count as one answer, split evenly between them. Immutable and safe to share.</remarks>
public readonly record struct LabelAnswer(int Item, int Worker, int Label);
