namespace Vouch.TrustEngine.Audit;

/// <summary>How many entries a log holds and the hash that commits to all of them, in order.</summary>
/// <param name="Size">The number of entries, 0 or more.</param>
/// <param name="RootHash">The Merkle root over the entries.</param>
/// <remarks>Immutable and safe to share. Kept elsewhere, it makes every later change to those entries evident.</remarks>
public readonly record struct TreeHead(long Size, MerkleHash RootHash);
