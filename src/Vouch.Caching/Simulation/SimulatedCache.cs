using Vouch.Caching.Policies;

namespace Vouch.Caching.Simulation;

/// <summary>A cache of numbered keys without values, run by a policy in the way that the real cache runs it.</summary>
internal sealed class SimulatedCache
{
    private readonly EvictionPolicy _policy;
    private readonly long _capacity;
    private readonly ulong _seed;
    private readonly ulong _hashMask;
    private readonly int[] _slots; // of a key, + 1; 0 where it is not in the cache
    private int[] _keys = new int[16]; // of a slot; while the slot is free, the next free one
    private long[] _sizes = new long[16];
    private int _free = -1;
    private int _used;

    /// <param name="policy">What chooses victims.</param>
    /// <param name="capacity">What it holds.</param>
    /// <param name="keys">How many keys there are.</param>
    /// <param name="seed">Mixed into the hashes.</param>
    /// <param name="hashMask">Which bits of a hash the policy sees; all of them but to test collisions.</param>
    public SimulatedCache(EvictionPolicy policy, long capacity, int keys, int seed, ulong hashMask = ulong.MaxValue)
    {
        _hashMask = hashMask;
        _policy = policy;
        _capacity = capacity;
        _seed = Mix((ulong)(uint)seed + 0x9E3779B97F4A7C15UL);
        _slots = new int[keys];
        _policy.EnsureSlots(_keys.Length);
    }

    /// <summary>How many entries it holds.</summary>
    public int Count { get; private set; }

    /// <summary>What they weigh together; never above the capacity between requests.</summary>
    public long Size { get; private set; }

    public bool Contains(int key) => _slots[key] > 0;

    /// <summary>One request; true when it was a hit. A miss stores the key at that size; a hit leaves the size as it is.</summary>
    public bool Request(int key, long size = 1)
    {
        int slot = _slots[key] - 1;
        bool hit = slot >= 0;
        if (hit)
        {
            _policy.Hit(slot);
        }
        else if (size <= _capacity)
        {
            slot = Take();
            _slots[key] = slot + 1;
            _keys[slot] = key;
            _sizes[slot] = size;
            Size += size;
            Count++;
            _policy.Insert(slot, Mix((ulong)key ^ _seed) & _hashMask, size);
        }

        Shrink();
        return hit;
    }

    /// <summary>A value is replaced by one of another size.</summary>
    public void Replace(int key, long size)
    {
        int slot = _slots[key] - 1;
        if (slot >= 0)
        {
            Size += size - _sizes[slot];
            _sizes[slot] = size;
            _policy.Reweigh(slot, size);
            _policy.Hit(slot);
            Shrink();
        }
    }

    /// <summary>Takes a key out as expiry or a caller does.</summary>
    public void Remove(int key)
    {
        if (_slots[key] > 0)
        {
            Empty(_slots[key] - 1, evicted: false);
        }
    }

    private void Shrink()
    {
        while (Size > _capacity)
        {
            Empty(_policy.Victim(), evicted: true);
        }
    }

    private void Empty(int slot, bool evicted)
    {
        int key = _keys[slot];
        if ((uint)key >= (uint)_slots.Length || _slots[key] != slot + 1)
        {
            throw new InvalidOperationException($"The policy '{_policy.Name}' chose slot {slot}, which is not in use.");
        }

        _policy.Remove(slot, evicted);
        _slots[key] = 0;
        Size -= _sizes[slot];
        Count--;
        _keys[slot] = _free;
        _free = slot;
    }

    private int Take()
    {
        int slot = _free;
        if (slot >= 0)
        {
            _free = _keys[slot];
            return slot;
        }

        if (_used == _keys.Length)
        {
            Array.Resize(ref _keys, _used * 2);
            Array.Resize(ref _sizes, _used * 2);
            _policy.EnsureSlots(_used * 2);
        }

        return _used++;
    }

    // The finaliser of SplitMix64 (G. L. Steele, D. Lea and C. H. Flood, OOPSLA 2014): a bijection, so that different keys never have the same hash.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
