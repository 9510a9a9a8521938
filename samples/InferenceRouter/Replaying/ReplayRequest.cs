namespace InferenceRouter.Replaying;

/// <summary>What to replay.</summary>
/// <param name="Folder">The folder of recorded outcomes; null for a synthetic set.</param>
/// <param name="Set">The set within the folder; null for the first.</param>
/// <param name="Fraction">The promise: this fraction of the best single endpoint's quality.</param>
/// <param name="Confidence">How sure it must be.</param>
/// <param name="Seed">The seed of everything.</param>
internal sealed record ReplayRequest(string? Folder, string? Set, double Fraction, double Confidence, int Seed);
