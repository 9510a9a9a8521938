namespace Vouch.Caching.Policies;

/// <summary>A cache without keys and values that runs a policy on the whole stream of requests, to see what it would have held. Keys are small numbers that the owner hands out.</summary>
internal sealed class ShadowCache
{
    private readonly EvictionPolicy _policy;
    private readonly long _capacity;
    private int[] _slots = []; // of a key, + 1; 0 where it is not held
    private int[] _keys = new int[8]; // of a slot; while the slot is free, the next free one
    private long _size;
    private int _free = -1;
    private int _used;

    public ShadowCache(EvictionPolicy policy, long capacity)
    {
        _policy = policy;
        _capacity = capacity;
        policy.EnsureSlots(_keys.Length);
    }

    public string Name => _policy.Name;

    /// <summary>The slot of a key, -1 where it does not hold it.</summary>
    public int SlotOf(int key) => _slots[key] - 1;

    public void EnsureKeys(int keys) => Array.Resize(ref _slots, keys);

    /// <summary>A read of a key that it holds.</summary>
    public void Hit(int key) => _policy.Hit(_slots[key] - 1);

    /// <summary>A read of a key that it does not hold. Victims are named by <see cref="Evict"/>.</summary>
    public void Insert(int key, ulong hash, long weight)
    {
        int slot = _free;
        if (slot >= 0)
        {
            _free = _keys[slot];
        }
        else
        {
            if (_used == _keys.Length)
            {
                Array.Resize(ref _keys, _used * 2);
                _policy.EnsureSlots(_used * 2);
            }

            slot = _used++;
        }

        _slots[key] = slot + 1;
        _keys[slot] = key;
        _size += weight;
        _policy.Insert(slot, hash, weight);
    }

    /// <summary>The key to leave next, -1 while it holds no more than its capacity.</summary>
    public int Evict() => _size > _capacity ? _keys[_policy.Victim()] : -1;

    public void Reweigh(int key, long before, long weight)
    {
        _size += weight - before;
        _policy.Reweigh(_slots[key] - 1, weight);
    }

    public void Remove(int key, long weight, bool evicted)
    {
        int slot = _slots[key] - 1;
        _policy.Remove(slot, evicted);
        _slots[key] = 0;
        _size -= weight;
        _keys[slot] = _free;
        _free = slot;
    }
}
