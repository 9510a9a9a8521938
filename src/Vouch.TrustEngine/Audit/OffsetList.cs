namespace Vouch.TrustEngine.Audit;

/// <summary>Where each entry starts: a list that grows in blocks, so that growing copies little. Not safe to share; a store has its own gate.</summary>
internal sealed class OffsetList
{
    private const int BlockShift = 12;
    private const int BlockLength = 1 << BlockShift;
    private const int FirstLength = 1 << 5;
    private readonly List<long[]> _blocks = [];

    public long Count { get; private set; }

    public long this[long index] => _blocks[(int)(index >> BlockShift)][(int)(index & (BlockLength - 1))];

    public void Add(long offset)
    {
        int at = (int)(Count & (BlockLength - 1));
        if (at == 0)
        {
            _blocks.Add(new long[Count == 0 ? FirstLength : BlockLength]);
        }
        else if (at == _blocks[^1].Length)
        {
            long[] grown = _blocks[^1];
            Array.Resize(ref grown, 2 * grown.Length);
            _blocks[^1] = grown;
        }

        _blocks[^1][at] = offset;
        Count++;
    }
}
