namespace Vouch.Caching.Policies;

/// <summary>2Q: newcomers pass a queue of a quarter of the capacity; a key that comes back after it left that queue is kept in least-recently-used order.</summary>
/// <remarks>T. Johnson and D. Shasha, "2Q: a low overhead high performance buffer management replacement algorithm", VLDB 1994, the full version: Kin 25 %, Kout 50 % of the capacity.</remarks>
internal sealed class TwoQueuePolicy : MakeRoomPolicy
{
    private const int In = 0;
    private const int Main = 1;
    private readonly SlotLists _lists = new(2);
    private readonly GhostLists _ghosts = new(1);
    private readonly long _inCapacity;
    private readonly long _outCapacity;
    private byte[] _list = [];
    private long _inSize;
    private bool _returns;

    public TwoQueuePolicy(long capacity)
        : base(capacity)
    {
        _inCapacity = Math.Max(1, capacity / 4);
        _outCapacity = Math.Max(1, capacity / 2);
    }

    public override string Name => "2Q";

    protected override void Grow(int slots)
    {
        _lists.EnsureSlots(slots);
        Array.Resize(ref _list, slots);
    }

    protected override void Touch(int slot)
    {
        if (_list[slot] == Main)
        {
            _lists.Unlink(slot);
            _lists.AddFirst(Main, slot);
        }
    }

    protected override void Arrive(ulong hash)
    {
        _returns = _ghosts.Find(hash) >= 0;
        if (_returns)
        {
            _ghosts.Remove(hash);
        }
    }

    protected override void Admit(int slot)
    {
        int list = _returns ? Main : In;
        _list[slot] = (byte)list;
        _lists.AddFirst(list, slot);
        _inSize += list == In ? Weights[slot] : 0;
    }

    protected override int MakeRoom(int newcomer)
    {
        int list = _inSize > _inCapacity || _lists.Last(Main) < 0 ? In : Main;
        int slot = _lists.Last(list);
        return slot >= 0 ? slot : _lists.Last(1 - list);
    }

    protected override void Leave(int slot, bool evicted)
    {
        _lists.Unlink(slot);
        if (_list[slot] == In)
        {
            _inSize -= Weights[slot];
            if (evicted && _ghosts.Find(Hash(slot)) < 0)
            {
                _ghosts.AddFirst(0, Hash(slot), Weights[slot]);
                _ghosts.Trim(0, _outCapacity);
            }
        }
    }

    protected override void Weigh(int slot, long change) => _inSize += _list[slot] == In ? change : 0;
}
