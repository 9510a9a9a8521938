using System.Numerics;
using System.Security.Cryptography;

namespace Vouch.TrustEngine.Audit;

/// <summary>A Merkle tree over a growing list of entries, held in memory: roots and proofs for its present size and every earlier one.</summary>
/// <remarks>
/// <para>RFC 6962 / RFC 9162, section 2.1, with SHA-256: a leaf's hash is SHA-256(0x00 ‖ entry), a node's SHA-256(0x01 ‖ left ‖ right), the root of an
/// empty tree SHA-256 of nothing. 64 bytes per entry. An append costs two hashes on average; a root O(log n) hashes; a proof O(log² n) at worst.</para>
/// <para>Not safe to share while it is appended to; <see cref="AuditLog"/> is.</para>
/// </remarks>
public sealed class MerkleTree
{
    private const byte LeafPrefix = 0x00;
    private const byte NodePrefix = 0x01;
    private const int StackLimit = 1024;

    // _levels[k][i] is the hash of the complete subtree over entries [i * 2^k, (i + 1) * 2^k).
    private readonly List<HashLevel> _levels = [new HashLevel()];

    /// <summary>Gets the root of a tree without entries.</summary>
    public static MerkleHash EmptyRoot { get; } = new(SHA256.HashData([]));

    /// <summary>Gets the number of entries.</summary>
    public long Size => _levels[0].Count;

    /// <summary>Gets the present size and root.</summary>
    public TreeHead Head => new(Size, GetRoot(Size));

    /// <summary>Hashes an entry as a leaf.</summary>
    /// <param name="entry">The entry; may be empty.</param>
    public static MerkleHash HashLeaf(ReadOnlySpan<byte> entry)
    {
        byte[]? rented = entry.Length < StackLimit ? null : System.Buffers.ArrayPool<byte>.Shared.Rent(entry.Length + 1);
        Span<byte> input = rented is null ? stackalloc byte[StackLimit] : rented;
        input[0] = LeafPrefix;
        entry.CopyTo(input[1..]);
        MerkleHash hash = HashPrefixedLeaf(input[..(entry.Length + 1)]);
        if (rented is not null)
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(rented);
        }

        return hash;
    }

    /// <summary>Hashes two subtrees as one.</summary>
    /// <param name="left">The hash of the left subtree.</param>
    /// <param name="right">The hash of the right subtree.</param>
    public static MerkleHash HashNode(MerkleHash left, MerkleHash right)
    {
        Span<byte> input = stackalloc byte[1 + (2 * MerkleHash.Length)];
        Span<byte> output = stackalloc byte[MerkleHash.Length];
        input[0] = NodePrefix;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + MerkleHash.Length)..]);
        SHA256.HashData(input, output);
        return new MerkleHash(output);
    }

    /// <summary>Appends an entry.</summary>
    /// <param name="entry">The entry; may be empty.</param>
    /// <returns>Its index, from 0.</returns>
    public long Append(ReadOnlySpan<byte> entry) => AppendLeafHash(HashLeaf(entry));

    /// <summary>Appends an entry whose leaf hash is known.</summary>
    /// <param name="leafHash">The hash that <see cref="HashLeaf"/> gives for the entry.</param>
    /// <returns>Its index, from 0.</returns>
    public long AppendLeafHash(MerkleHash leafHash) => AppendLeafHashes(new ReadOnlySpan<MerkleHash>(in leafHash));

    /// <summary>Appends entries whose leaf hashes are known; many at once cost less each, for their nodes are hashed side by side.</summary>
    /// <param name="leafHashes">The hashes that <see cref="HashLeaf"/> gives for the entries, in order.</param>
    /// <returns>The index of the first, or of the next entry where there are none.</returns>
    public long AppendLeafHashes(ReadOnlySpan<MerkleHash> leafHashes)
    {
        long first = Size;
        _levels[0].Add(leafHashes);
        for (int level = 0; _levels[level].Count > 1; level++)
        {
            if (_levels.Count == level + 1)
            {
                _levels.Add(new HashLevel());
            }

            HashLevel below = _levels[level];
            HashLevel above = _levels[level + 1];
            if (above.Count == below.Count / 2)
            {
                break;
            }

            while (above.Count < below.Count / 2)
            {
                // A block holds an even count, so no pair is split between two.
                ReadOnlySpan<MerkleHash> children = below.Read(2 * above.Count, 2 * ((below.Count / 2) - above.Count));
                Span<MerkleHash> parents = above.Grow(children.Length / 2);
                Sha256Lanes.HashNodes(children[..(2 * parents.Length)], parents);
            }
        }

        return first;
    }

    /// <summary>Gets the leaf hash of an entry.</summary>
    /// <param name="index">An index in [0, <see cref="Size"/>).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is outside its range.</exception>
    public MerkleHash GetLeafHash(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Size);
        return _levels[0][index];
    }

    /// <summary>Gets the root that the tree has or had at a size.</summary>
    /// <param name="size">A size in [0, <see cref="Size"/>].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is outside its range.</exception>
    public MerkleHash GetRoot(long size)
    {
        RequireSize(size, 0, nameof(size));
        return size == 0 ? EmptyRoot : HashRange(0, size);
    }

    /// <summary>Gets the hash of a subtree over the entries [<paramref name="start"/>, <paramref name="end"/>).</summary>
    /// <param name="start">The first entry: a multiple of the smallest power of two that is not below the subtree's length.</param>
    /// <param name="end">The entry after the last, at least <paramref name="start"/> and at most <see cref="Size"/>.</param>
    /// <returns>The hash; <see cref="EmptyRoot"/> where the subtree is empty.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the tree, or does not start where such a subtree can.</exception>
    public MerkleHash GetSubtreeHash(long start, long end)
    {
        RequireSize(end, 0, nameof(end));
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, end);
        if (start == end)
        {
            return EmptyRoot;
        }

        long span = (long)BitOperations.RoundUpToPowerOf2((ulong)(end - start));
        if (start % span != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(start), start, $"A subtree of {end - start} entries starts at a multiple of {span}.");
        }

        return HashRange(start, end);
    }

    /// <summary>Proves that an entry stands in the tree at a size.</summary>
    /// <param name="index">The entry's index, in [0, <paramref name="treeSize"/>).</param>
    /// <param name="treeSize">The size, in [1, <see cref="Size"/>].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>Source: RFC 9162, section 2.1.3.1.</remarks>
    public InclusionProof GetInclusionProof(long index, long treeSize)
    {
        RequireSize(treeSize, 1, nameof(treeSize));
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, treeSize);
        var path = new List<MerkleHash>();
        long start = 0;
        long end = treeSize;
        while (end - start > 1)
        {
            long middle = start + Split(end - start);
            if (index < middle)
            {
                path.Add(HashRange(middle, end));
                end = middle;
            }
            else
            {
                path.Add(HashRange(start, middle));
                start = middle;
            }
        }

        path.Reverse();
        return new InclusionProof(index, treeSize, path.AsReadOnly());
    }

    /// <summary>Proves that the tree at one size is a prefix of the tree at a later size.</summary>
    /// <param name="firstSize">The earlier size, in [1, <paramref name="secondSize"/>].</param>
    /// <param name="secondSize">The later size, in [1, <see cref="Size"/>].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>Source: RFC 9162, section 2.1.4.1.</remarks>
    public ConsistencyProof GetConsistencyProof(long firstSize, long secondSize)
    {
        RequireSize(secondSize, 1, nameof(secondSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(firstSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstSize, secondSize);
        var path = new List<MerkleHash>();
        long start = 0;
        long end = secondSize;
        while (firstSize < end)
        {
            long middle = start + Split(end - start);
            if (firstSize <= middle)
            {
                path.Add(HashRange(middle, end));
                end = middle;
            }
            else
            {
                path.Add(HashRange(start, middle));
                start = middle;
            }
        }

        if (start > 0)
        {
            path.Add(HashRange(start, end));
        }

        path.Reverse();
        return new ConsistencyProof(firstSize, secondSize, path.AsReadOnly());
    }

    /// <summary>Hashes an entry that already stands behind its prefix byte.</summary>
    internal static MerkleHash HashPrefixedLeaf(ReadOnlySpan<byte> prefixed)
    {
        Span<byte> output = stackalloc byte[MerkleHash.Length];
        SHA256.HashData(prefixed, output);
        return new MerkleHash(output);
    }

    /// <summary>The largest power of two below a length of 2 or more.</summary>
    private static long Split(long length) => 1L << (63 - BitOperations.LeadingZeroCount((ulong)(length - 1)));

    private MerkleHash HashRange(long start, long end)
    {
        long length = end - start;
        if (BitOperations.IsPow2(length))
        {
            int level = BitOperations.TrailingZeroCount(length);
            return _levels[level][start >> level];
        }

        long middle = start + Split(length);
        return HashNode(HashRange(start, middle), HashRange(middle, end));
    }

    private void RequireSize(long size, long least, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, least, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size, name);
    }
}
