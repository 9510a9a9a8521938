namespace Vouch.TrustEngine.Audit;

/// <summary>Where each entry starts: a list that grows in blocks, so that growing copies nothing. Safe to share.</summary>
internal sealed class OffsetList
{
    private const int BlockShift = 12;
    private const int BlockLength = 1 << BlockShift;
    private readonly Lock _gate = new();
    private readonly List<long[]> _blocks = [];
    private long _count;

    public void Add(long offset)
    {
        lock (_gate)
        {
            int at = (int)(_count & (BlockLength - 1));
            if (at == 0)
            {
                _blocks.Add(new long[BlockLength]);
            }

            _blocks[^1][at] = offset;
            _count++;
        }
    }

    /// <summary>The offset of an entry, and of the next one or the end that the caller knows.</summary>
    public (long Start, long End) Range(long index, long end)
    {
        lock (_gate)
        {
            return (Get(index), index + 1 < _count ? Get(index + 1) : end);
        }
    }

    public long this[long index]
    {
        get
        {
            lock (_gate)
            {
                return Get(index);
            }
        }
    }

    private long Get(long index) => _blocks[(int)(index >> BlockShift)][(int)(index & (BlockLength - 1))];
}
