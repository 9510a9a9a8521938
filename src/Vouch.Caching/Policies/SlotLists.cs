namespace Vouch.Caching.Policies;

/// <summary>Several doubly linked lists over the same slots, kept as two arrays of links: a slot is in at most one list, and no operation allocates or searches.</summary>
internal sealed class SlotLists
{
    private readonly int _lists;
    private int[] _next; // the heads come first, so that slot s has index s + _lists; an empty list's head points at itself
    private int[] _previous;

    /// <param name="lists">How many lists there are.</param>
    public SlotLists(int lists)
    {
        _lists = lists;
        _next = new int[lists];
        _previous = new int[lists];
        for (int list = 0; list < lists; list++)
        {
            _next[list] = _previous[list] = list;
        }
    }

    /// <summary>Makes room for slots up to <paramref name="slots"/> - 1.</summary>
    public void EnsureSlots(int slots)
    {
        if (_next.Length < slots + _lists)
        {
            Array.Resize(ref _next, slots + _lists);
            Array.Resize(ref _previous, slots + _lists);
        }
    }

    /// <summary>The newest slot of a list, negative where it is empty.</summary>
    public int First(int list) => _next[list] - _lists;

    /// <summary>The oldest slot of a list, negative where it is empty.</summary>
    public int Last(int list) => _previous[list] - _lists;

    /// <summary>The neighbour towards the list's last, negative where there is none.</summary>
    public int Next(int slot) => _next[slot + _lists] - _lists;

    /// <summary>The neighbour towards the list's first, negative where there is none.</summary>
    public int Previous(int slot) => _previous[slot + _lists] - _lists;

    public void AddFirst(int list, int slot) => Link(slot + _lists, list, _next[list]);

    public void AddLast(int list, int slot) => Link(slot + _lists, _previous[list], list);

    public void Unlink(int slot)
    {
        int next = _next[slot + _lists];
        int previous = _previous[slot + _lists];
        _next[previous] = next;
        _previous[next] = previous;
    }

    private void Link(int index, int previous, int next)
    {
        _next[index] = next;
        _previous[index] = previous;
        _next[previous] = index;
        _previous[next] = index;
    }
}
