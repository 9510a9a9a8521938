namespace Vouch.Caching.Policies;

/// <summary>ARC: one list for entries read once, one for those read again, and for each the keys it lost; a return to one of the lost keys shifts the balance between the two lists.</summary>
/// <remarks>N. Megiddo and D. S. Modha, "ARC: a self-tuning, low overhead replacement cache", FAST 2003, figure 4. It remembers at most as many keys as the cache holds.</remarks>
internal sealed class ArcPolicy(long capacity) : MakeRoomPolicy(capacity)
{
    private const int Once = 0;
    private const int Often = 1;
    private readonly SlotLists _lists = new(2);
    private readonly GhostLists _ghosts = new(2);
    private readonly long[] _sizes = new long[2];
    private byte[] _list = [];
    private double _target; // p: what the once-read list may take
    private int _return = -1; // the list whose lost key came back, -1 where the newcomer is new

    public override string Name => "ARC";

    protected override void Grow(int slots)
    {
        _lists.EnsureSlots(slots);
        Array.Resize(ref _list, slots);
    }

    protected override void Touch(int slot)
    {
        Take(slot);
        Add(Often, slot);
    }

    protected override void Arrive(ulong hash)
    {
        _return = _ghosts.Find(hash);
        if (_return < 0)
        {
            return;
        }

        double once = _ghosts.Size(Once);
        double often = _ghosts.Size(Often);
        _target = _return == Once ? Math.Min(Capacity, _target + Math.Max(1, often / once)) : Math.Max(0, _target - Math.Max(1, once / often));
        _ghosts.Remove(hash);
    }

    protected override void Admit(int slot)
    {
        Add(_return < 0 ? Once : Often, slot);
        if (_return < 0)
        {
            Forget();
        }
    }

    protected override int MakeRoom(int newcomer)
    {
        bool once = _sizes[Once] >= 1 && (_sizes[Once] > _target || (_return == Often && _sizes[Once] >= _target));
        int slot = _lists.Last(once ? Once : Often);
        return slot >= 0 ? slot : _lists.Last(once ? Often : Once);
    }

    protected override void Leave(int slot, bool evicted)
    {
        int list = _list[slot];
        Take(slot);
        if (evicted && _ghosts.Find(Hash(slot)) < 0)
        {
            _ghosts.AddFirst(list, Hash(slot), Weights[slot]);
        }
    }

    protected override void Weigh(int slot, long change) => _sizes[_list[slot]] += change;

    // Case IV of the paper: L1 (with its ghosts) holds at most the capacity, both together at most twice that.
    private void Forget()
    {
        _ghosts.Trim(Once, Math.Max(0, Capacity - _sizes[Once]));
        _ghosts.Trim(Often, Math.Max(0, (2 * Capacity) - _sizes[Once] - _sizes[Often] - _ghosts.Size(Once)));
    }

    private void Take(int slot)
    {
        _lists.Unlink(slot);
        _sizes[_list[slot]] -= Weights[slot];
    }

    private void Add(int list, int slot)
    {
        _list[slot] = (byte)list;
        _lists.AddFirst(list, slot);
        _sizes[list] += Weights[slot];
    }
}
