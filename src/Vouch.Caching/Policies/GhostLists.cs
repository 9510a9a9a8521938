namespace Vouch.Caching.Policies;

/// <summary>Remembers keys that left the cache, by hash and weight, in one or more lists from newest to oldest. It forgets only when its owner says so, and grows with what it holds.</summary>
internal sealed class GhostLists(int lists)
{
    private readonly SlotLists _links = new(lists);
    private readonly HashDirectory _directory = new();
    private readonly Weights _weights = new();
    private readonly long[] _sizes = new long[lists];
    private byte[] _list = [];
    private int _free = -1; // the first free entry; the next ones through _nextFree
    private int[] _nextFree = [];
    private int _used;

    /// <summary>The weight of all keys in a list.</summary>
    public long Size(int list) => _sizes[list];

    /// <summary>How many keys are remembered.</summary>
    public int Count { get; private set; }

    /// <summary>The list that remembers a hash, -1 where none does.</summary>
    public int Find(ulong hash)
    {
        int entry = _directory.Find(hash);
        return entry < 0 ? -1 : _list[entry];
    }

    /// <summary>Remembers a hash as a list's newest. It must not be remembered already.</summary>
    public void AddFirst(int list, ulong hash, long weight)
    {
        int entry = _free;
        if (entry >= 0)
        {
            _free = _nextFree[entry];
        }
        else
        {
            entry = _used++;
            if (entry >= _list.Length)
            {
                _directory.Ensure(entry + 1);
                Array.Resize(ref _list, _directory.Capacity);
                Array.Resize(ref _nextFree, _directory.Capacity);
                _links.EnsureSlots(_directory.Capacity);
                _weights.Ensure(_directory.Capacity);
            }
        }

        _directory.Add(entry, hash);
        _list[entry] = (byte)list;
        _weights.Set(entry, weight);
        _sizes[list] += weight;
        Count++;
        _links.AddFirst(list, entry);
    }

    /// <summary>Forgets a hash, if it is remembered.</summary>
    public void Remove(ulong hash)
    {
        int entry = _directory.Find(hash);
        if (entry >= 0)
        {
            Forget(entry);
        }
    }

    /// <summary>Forgets a list's oldest until it weighs no more than that.</summary>
    public void Trim(int list, long size)
    {
        while (_sizes[list] > size && _links.Last(list) is >= 0 and int oldest)
        {
            Forget(oldest);
        }
    }

    private void Forget(int entry)
    {
        int list = _list[entry];
        _directory.Remove(entry);
        _links.Unlink(entry);
        _sizes[list] -= _weights[entry];
        Count--;
        _nextFree[entry] = _free;
        _free = entry;
    }
}
