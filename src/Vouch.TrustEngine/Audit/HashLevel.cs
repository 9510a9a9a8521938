using System.Numerics;

namespace Vouch.TrustEngine.Audit;

/// <summary>One level of a Merkle tree: a list of hashes that grows in blocks, so that growing copies nothing.</summary>
internal sealed class HashLevel
{
    private const int BlockShift = 11;
    private const int BlockLength = 1 << BlockShift;
    private const int FirstLength = 1 << 5;
    private readonly List<MerkleHash[]> _blocks = [];

    public long Count { get; private set; }

    public MerkleHash this[long index] => _blocks[(int)(index >> BlockShift)][(int)(index & (BlockLength - 1))];

    public void Add(ReadOnlySpan<MerkleHash> hashes)
    {
        while (!hashes.IsEmpty)
        {
            Span<MerkleHash> room = Grow(hashes.Length);
            hashes[..room.Length].CopyTo(room);
            hashes = hashes[room.Length..];
        }
    }

    /// <summary>Makes room for further hashes, at most as many as asked for, and counts them; they are the caller's to fill.</summary>
    public Span<MerkleHash> Grow(int wanted)
    {
        int at = (int)(Count & (BlockLength - 1));
        if (at == 0)
        {
            _blocks.Add(new MerkleHash[Count == 0 ? FirstLength : BlockLength]);
        }

        if (_blocks.Count == 1 && at + wanted > _blocks[0].Length && _blocks[0].Length < BlockLength)
        {
            // Only the first block grows: small trees stay small.
            MerkleHash[] grown = _blocks[0];
            Array.Resize(ref grown, Math.Min(BlockLength, (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(BlockLength, at + wanted))));
            _blocks[0] = grown;
        }

        int length = Math.Min(wanted, BlockLength - at);
        Count += length;
        return _blocks[^1].AsSpan(at, length);
    }

    /// <summary>Reads hashes from an index on, at most as many as asked for; never none.</summary>
    public ReadOnlySpan<MerkleHash> Read(long index, long wanted)
    {
        int at = (int)(index & (BlockLength - 1));
        return _blocks[(int)(index >> BlockShift)].AsSpan(at, (int)Math.Min(wanted, BlockLength - at));
    }
}
