namespace Vouch.TrustEngine.Audit;

/// <summary>Shows that an entry stands in a log of a given size; check it with <see cref="MerkleVerifier.VerifyInclusion"/>.</summary>
/// <param name="LeafIndex">The entry's index, from 0.</param>
/// <param name="TreeSize">The size of the log that the proof is about.</param>
/// <param name="Path">The hashes beside the way from the leaf to the root, lowest first.</param>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record InclusionProof(long LeafIndex, long TreeSize, IReadOnlyList<MerkleHash> Path);
