namespace Vouch.TrustEngine.Consensus;

/// <summary>A worker's number for an item; items and workers by number.</summary>
/// <param name="Item">The item's number, 0 or more; gaps are allowed.</param>
/// <param name="Worker">The worker's number, 0 or more; gaps are allowed.</param>
/// <param name="Value">The answer. NaN and infinities are set aside.</param>
/// <remarks>Immutable and safe to share.</remarks>
public readonly record struct NumberAnswer(int Item, int Worker, double Value);
