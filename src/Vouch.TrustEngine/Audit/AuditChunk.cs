namespace Vouch.TrustEngine.Audit;

/// <summary>
/// A stretch of entries on their way: copied in by whoever appends, then written to the store, then hashed into the tree. Its buffer never moves, so that
/// what stands before a mark can be worked on while more is added behind.
/// </summary>
internal sealed class AuditChunk
{
    public const int BufferLength = 1 << 18;
    private const int MaxEntries = 1 << 11;
    private readonly byte[] _buffer;
    private readonly (int Start, int Length)[] _leaves;
    private int _used;

    public AuditChunk(int bytes, int entries, bool isSmall = false)
    {
        _buffer = GC.AllocateUninitializedArray<byte>(Math.Max(bytes, isSmall ? BufferLength / 16 : BufferLength));
        _leaves = new (int, int)[Math.Max(entries, isSmall ? MaxEntries / 16 : MaxEntries)];
    }

    public long FirstIndex { get; private set; }

    /// <summary>How many entries were copied in.</summary>
    public int Count { get; private set; }

    /// <summary>How many of them the store has.</summary>
    public int Written { get; set; }

    /// <summary>How many of those the tree has.</summary>
    public int Hashed { get; set; }

    public bool IsReusable => _buffer.Length == BufferLength && _leaves.Length == MaxEntries;

    public void Reset(long firstIndex)
    {
        FirstIndex = firstIndex;
        Count = 0;
        Written = 0;
        Hashed = 0;
        _used = 0;
    }

    public bool HasRoom(long bytes, int entries) => _used + bytes + entries <= _buffer.Length && Count + entries <= _leaves.Length;

    public bool HasRoomWhenEmpty(long bytes, int entries) => bytes + entries <= _buffer.Length && entries <= _leaves.Length;

    public void Add(ReadOnlySpan<byte> entry)
    {
        _buffer[_used] = 0x00;
        entry.CopyTo(_buffer.AsSpan(_used + 1));
        _leaves[Count++] = (_used, entry.Length + 1);
        _used += entry.Length + 1;
    }

    /// <summary>How many bytes a stretch of entries takes.</summary>
    public int Bytes(int start, int end) => start == end ? 0 : _leaves[end - 1].Start + _leaves[end - 1].Length - _leaves[start].Start;

    /// <summary>Forgets the entries from a position on.</summary>
    public void Truncate(int count)
    {
        Count = count;
        _used = count == 0 ? 0 : _leaves[count - 1].Start + _leaves[count - 1].Length;
    }

    public AuditEntries Entries(int start, int end) => new(_buffer, _leaves.AsSpan(start, end - start));

    public void HashLeaves(int start, Span<MerkleHash> hashes) => Sha256Lanes.HashMessages(_buffer, _leaves.AsSpan(start, hashes.Length), hashes);
}
