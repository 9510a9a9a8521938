using System.Diagnostics.CodeAnalysis;

namespace Vouch.TrustEngine.Audit;

/// <content>What readers ask for.</content>
public sealed partial class AuditLog
{
    /// <summary>Reads an entry back.</summary>
    /// <param name="index">An index in [0, <see cref="Count"/>).</param>
    /// <returns>The entry's bytes, checked against the tree.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is outside its range.</exception>
    /// <exception cref="AuditLogCorruptionException">The stored bytes are no longer those that were appended.</exception>
    /// <exception cref="ObjectDisposedException">The log is closed.</exception>
    public byte[] ReadEntry(long index) =>
        TryReadEntry(index, out byte[]? entry, out AuditLogCorruption? corruption) ? entry : throw new AuditLogCorruptionException(Path, corruption);

    /// <summary>Reads an entry back, or says how it is damaged.</summary>
    /// <param name="index">An index in [0, <see cref="Count"/>).</param>
    /// <param name="entry">The entry's bytes, checked against the tree; null where they are damaged.</param>
    /// <param name="corruption">The damage, or null.</param>
    /// <returns>Whether the entry is as it was appended.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is outside its range.</exception>
    /// <exception cref="ObjectDisposedException">The log is closed.</exception>
    public bool TryReadEntry(long index, [NotNullWhen(true)] out byte[]? entry, [NotNullWhen(false)] out AuditLogCorruption? corruption)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        MerkleHash leaf = GetLeafHash(index);
        if (!_store.TryRead(index, out entry, out corruption))
        {
            return false;
        }

        if (MerkleTree.HashLeaf(entry) != leaf)
        {
            corruption = new AuditLogCorruption(_store.GetOffset(index), index, "The entry's bytes are not those that the tree committed to");
            entry = null;
            return false;
        }

        return true;
    }

    /// <summary>Gets the leaf hash of an entry.</summary>
    /// <param name="index">An index in [0, <see cref="Count"/>).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is outside its range.</exception>
    public MerkleHash GetLeafHash(long index)
    {
        lock (_reading)
        {
            Hash();
            return _tree.GetLeafHash(index);
        }
    }

    /// <summary>Gets the head that the log has or had at a size.</summary>
    /// <param name="size">A size in [0, <see cref="Count"/>].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is outside its range.</exception>
    public TreeHead GetHead(long size)
    {
        lock (_reading)
        {
            Hash();
            return new TreeHead(size, _tree.GetRoot(size));
        }
    }

    /// <summary>Proves that an entry stands in the log.</summary>
    /// <param name="index">The entry's index, in [0, <paramref name="treeSize"/>).</param>
    /// <param name="treeSize">The size of the log that the proof is about, in [1, <see cref="Count"/>].</param>
    /// <returns>A proof for <see cref="MerkleVerifier.VerifyInclusion"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public InclusionProof GetInclusionProof(long index, long treeSize)
    {
        lock (_reading)
        {
            Hash();
            return _tree.GetInclusionProof(index, treeSize);
        }
    }

    /// <summary>Proves that the log has only been appended to between two sizes.</summary>
    /// <param name="firstSize">The earlier size, in [1, <paramref name="secondSize"/>].</param>
    /// <param name="secondSize">The later size, in [1, <see cref="Count"/>].</param>
    /// <returns>A proof for <see cref="MerkleVerifier.VerifyConsistency"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public ConsistencyProof GetConsistencyProof(long firstSize, long secondSize)
    {
        lock (_reading)
        {
            Hash();
            return _tree.GetConsistencyProof(firstSize, secondSize);
        }
    }

    /// <summary>Forces all entries to the disk and makes a checkpoint of the log as it then stands, to be kept or published elsewhere.</summary>
    /// <returns>The checkpoint, not yet signed; see <see cref="Checkpoint.Sign"/>.</returns>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <exception cref="ObjectDisposedException">The log is closed.</exception>
    public Checkpoint CreateCheckpoint()
    {
        TreeHead head = Head;
        Flush();
        return new Checkpoint(_options.Origin, head);
    }
}
