namespace Vouch.Caching.Policies;

/// <summary>Least recently used: the entry not read for longest leaves first.</summary>
internal sealed class LruPolicy : EvictionPolicy
{
    private int[] _next = [0]; // slot + 1 is the index; index 0 is the list's head: its next is the newest, its previous the oldest
    private int[] _previous = [0];

    public override string Name => "LRU";

    public override void EnsureSlots(int slots)
    {
        if (_next.Length < slots + 1)
        {
            Array.Resize(ref _next, slots + 1);
            Array.Resize(ref _previous, slots + 1);
        }
    }

    public override void Hit(int slot)
    {
        Unlink(slot + 1);
        LinkFirst(slot + 1);
    }

    public override void Insert(int slot, ulong hash, long weight) => LinkFirst(slot + 1);

    public override void Reweigh(int slot, long weight)
    {
    }

    public override int Victim() => _previous[0] - 1;

    public override void Remove(int slot, bool evicted) => Unlink(slot + 1);

    private void LinkFirst(int index)
    {
        int first = _next[0];
        _next[index] = first;
        _previous[index] = 0;
        _previous[first] = index;
        _next[0] = index;
    }

    private void Unlink(int index)
    {
        int next = _next[index];
        int previous = _previous[index];
        _next[previous] = next;
        _previous[next] = previous;
    }
}
