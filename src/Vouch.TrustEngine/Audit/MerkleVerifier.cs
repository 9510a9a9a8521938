namespace Vouch.TrustEngine.Audit;

/// <summary>Checks Merkle proofs. Needs no log: only the proof and hashes that the caller trusts.</summary>
/// <remarks>
/// Source: RFC 9162, sections 2.1.3.2 and 2.1.4.2. Static, pure and safe to share; O(log n) hashes. Whatever comes in is answered with true or
/// false: a malformed proof is a wrong one.
/// </remarks>
public static class MerkleVerifier
{
    /// <summary>Tells whether a proof shows that an entry stands in a log.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="leafHash">The entry's leaf hash, from <see cref="MerkleTree.HashLeaf"/>.</param>
    /// <param name="root">The root of the log at the proof's tree size, from a source the caller trusts.</param>
    /// <exception cref="ArgumentNullException"><paramref name="proof"/> is null.</exception>
    public static bool VerifyInclusion(InclusionProof proof, MerkleHash leafHash, MerkleHash root)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (proof.LeafIndex < 0 || proof.LeafIndex >= proof.TreeSize)
        {
            return false;
        }

        long node = proof.LeafIndex;
        long last = proof.TreeSize - 1;
        MerkleHash hash = leafHash;
        foreach (MerkleHash sibling in proof.Path)
        {
            if (last == 0)
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                hash = MerkleTree.HashNode(sibling, hash);
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                hash = MerkleTree.HashNode(hash, sibling);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 && hash == root;
    }

    /// <summary>Tells whether a proof shows that a log has only been appended to.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="firstRoot">The root at the proof's first size, from a source the caller trusts.</param>
    /// <param name="secondRoot">The root at the proof's second size.</param>
    /// <returns>True when both roots follow from the proof. A first size of 0 is refused: an empty log proves nothing.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="proof"/> is null.</exception>
    public static bool VerifyConsistency(ConsistencyProof proof, MerkleHash firstRoot, MerkleHash secondRoot)
    {
        ArgumentNullException.ThrowIfNull(proof);
        IReadOnlyList<MerkleHash> path = proof.Path;
        if (proof.FirstSize < 1 || proof.FirstSize > proof.SecondSize)
        {
            return false;
        }

        if (proof.FirstSize == proof.SecondSize)
        {
            return path.Count == 0 && firstRoot == secondRoot;
        }

        // A first size that is a power of two is a complete subtree: its root starts the proof.
        bool complete = (proof.FirstSize & (proof.FirstSize - 1)) == 0;
        if (!complete && path.Count == 0)
        {
            return false;
        }

        long node = proof.FirstSize - 1;
        long last = proof.SecondSize - 1;
        while ((node & 1) == 1)
        {
            node >>= 1;
            last >>= 1;
        }

        MerkleHash first = complete ? firstRoot : path[0];
        MerkleHash second = first;
        for (int i = complete ? 0 : 1; i < path.Count; i++)
        {
            if (last == 0)
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                first = MerkleTree.HashNode(path[i], first);
                second = MerkleTree.HashNode(path[i], second);
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                second = MerkleTree.HashNode(second, path[i]);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 && first == firstRoot && second == secondRoot;
    }
}
