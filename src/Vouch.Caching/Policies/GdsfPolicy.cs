namespace Vouch.Caching.Policies;

/// <summary>GreedyDual-Size-Frequency: keeps what gives most hits per unit of weight; an entry's worth is reads / weight above a floor that rises to the worth of each victim.</summary>
/// <remarks>
/// L. Cherkasova, "Improving WWW proxies performance with Greedy-Dual-Size-Frequency caching policy", HP Labs, 1998. O(log n) per operation. The textbook version forgets a key's reads when it leaves; the other
/// one remembers those of three departed keys per entry, in 8 bytes each, and counts on when they return.
/// </remarks>
internal sealed class GdsfPolicy : MakeRoomPolicy
{
    private const int MaxReads = 250;
    private const int GhostsPerEntry = 3;
    private readonly SlotHeap _heap = new();
    private readonly bool _remembers;
    private readonly string _name;
    private ReuseGhosts? _ghosts;
    private byte[] _reads = [];
    private double _floor;
    private int _peak;
    private uint _now;

    /// <param name="capacity">What the cache holds.</param>
    /// <param name="name">The name it goes by.</param>
    /// <param name="remembers">Whether it counts on the reads of a key that left and returns.</param>
    public GdsfPolicy(long capacity, string name = "GDSF", bool remembers = false)
        : base(capacity)
    {
        _name = name;
        _remembers = remembers;
    }

    public override string Name => _name;

    protected override void Grow(int slots)
    {
        _heap.EnsureSlots(slots);
        Array.Resize(ref _reads, slots);
    }

    protected override void Touch(int slot)
    {
        _reads[slot] = (byte)Math.Min(_reads[slot] + 1, MaxReads);
        _heap.Update(slot, Worth(slot));
    }

    protected override void Admit(int slot)
    {
        _now++;
        _reads[slot] = 1;
        if (_ghosts is not null && _ghosts.TryTake((uint)(Hash(slot) >> 32), out _, out byte reads))
        {
            _reads[slot] = (byte)Math.Min(reads + 1, MaxReads);
        }

        _heap.Add(slot, Worth(slot));
        _peak = Math.Max(_peak, _heap.Count);
    }

    protected override int MakeRoom(int newcomer) => _heap.Count > 0 ? _heap.Top : -1;

    protected override void Leave(int slot, bool evicted)
    {
        if (evicted)
        {
            _floor = Math.Max(_floor, _heap.Priority(slot));
            Remember(slot);
        }

        _heap.Remove(slot);
    }

    protected override void Weigh(int slot, long change) => _heap.Update(slot, Worth(slot));

    private void Remember(int slot)
    {
        if (!_remembers)
        {
            return;
        }

        if (_ghosts is null || _ghosts.Capacity < GhostsPerEntry * (_peak / 2))
        {
            _ghosts = new ReuseGhosts((long)GhostsPerEntry * _peak);
        }

        _ghosts.Add((uint)(Hash(slot) >> 32), _now, _reads[slot], _now, out _, out _);
    }

    private double Worth(int slot) => _floor + ((double)_reads[slot] / Weights[slot]);
}
