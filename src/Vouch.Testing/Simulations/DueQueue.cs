namespace Vouch.Testing.Simulations;

/// <summary>Something that happens at a time.</summary>
internal interface IDue
{
    /// <summary>Happens, unless it was set anew or withdrawn since the entry was made.</summary>
    /// <param name="order">The number of the entry.</param>
    void Happen(long order);

    /// <summary>Whether the entry still counts.</summary>
    bool IsLive(long order);
}

/// <summary>What is due, by time and then by order of entry: a binary heap. Entries that no longer count are dropped when they surface or are many.</summary>
internal sealed class DueQueue
{
    private Entry[] _heap = new Entry[64];
    private int _count;
    private long _order;
    private int _compactAt = 256;

    public int Count => _count;

    public long Add(long due, IDue item)
    {
        if (_count >= _compactAt)
        {
            Compact();
        }

        if (_count == _heap.Length)
        {
            Array.Resize(ref _heap, _count * 2);
        }

        long order = ++_order;
        SiftUp(_count++, new Entry(due, order, item));
        return order;
    }

    /// <summary>The time of the next entry that counts.</summary>
    public bool TryPeek(out long due)
    {
        while (_count > 0)
        {
            ref Entry top = ref _heap[0];
            if (top.Item.IsLive(top.Order))
            {
                due = top.Due;
                return true;
            }

            RemoveTop();
        }

        due = 0;
        return false;
    }

    public (IDue Item, long Order) Take()
    {
        Entry top = _heap[0];
        RemoveTop();
        return (top.Item, top.Order);
    }

    public void Clear()
    {
        Array.Clear(_heap, 0, _count);
        _count = 0;
    }

    private void RemoveTop()
    {
        Entry last = _heap[--_count];
        _heap[_count] = default;
        if (_count > 0)
        {
            SiftDown(0, last);
        }
    }

    // Time limits that are withdrawn again and again before they are due must not fill the queue.
    private void Compact()
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            if (_heap[i].Item.IsLive(_heap[i].Order))
            {
                _heap[kept++] = _heap[i];
            }
        }

        Array.Clear(_heap, kept, _count - kept);
        _count = kept;
        for (int i = (kept >> 1) - 1; i >= 0; i--)
        {
            SiftDown(i, _heap[i]);
        }

        _compactAt = Math.Max(256, kept * 2);
    }

    private void SiftUp(int at, Entry entry)
    {
        while (at > 0)
        {
            int parent = (at - 1) >> 1;
            if (!entry.IsBefore(in _heap[parent]))
            {
                break;
            }

            _heap[at] = _heap[parent];
            at = parent;
        }

        _heap[at] = entry;
    }

    private void SiftDown(int at, Entry entry)
    {
        while (true)
        {
            int child = (2 * at) + 1;
            if (child >= _count)
            {
                break;
            }

            if (child + 1 < _count && _heap[child + 1].IsBefore(in _heap[child]))
            {
                child++;
            }

            if (!_heap[child].IsBefore(in entry))
            {
                break;
            }

            _heap[at] = _heap[child];
            at = child;
        }

        _heap[at] = entry;
    }

    private readonly struct Entry(long due, long order, IDue item)
    {
        public readonly long Due = due;
        public readonly long Order = order;
        public readonly IDue Item = item;

        public bool IsBefore(in Entry other) => Due < other.Due || (Due == other.Due && Order < other.Order);
    }
}
