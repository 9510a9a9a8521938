namespace Vouch.TrustEngine.Audit;

/// <summary>Shows that a log has only been appended to between two sizes; check it with <see cref="MerkleVerifier.VerifyConsistency"/>.</summary>
/// <param name="FirstSize">The earlier size, 1 or more.</param>
/// <param name="SecondSize">The later size, at least <paramref name="FirstSize"/>.</param>
/// <param name="Path">The hashes, in the order of RFC 9162, section 2.1.4.1.</param>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record ConsistencyProof(long FirstSize, long SecondSize, IReadOnlyList<MerkleHash> Path);
