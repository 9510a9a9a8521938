namespace Vouch.Caching.Policies;

/// <summary>A policy of the textbook kind: on a miss it first makes room and then takes the newcomer in, always. The newcomer waits outside its lists until the victims have left.</summary>
internal abstract class MakeRoomPolicy : EvictionPolicy
{
    private ulong[] _hashes = [];
    private int _pending = -1;

    protected MakeRoomPolicy(long capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Capacity = capacity;
    }

    protected long Capacity { get; }

    protected Weights Weights { get; } = new();

    public sealed override void EnsureSlots(int slots)
    {
        if (slots > _hashes.Length)
        {
            Array.Resize(ref _hashes, slots);
            Weights.Ensure(slots);
            Grow(slots);
        }
    }

    public sealed override void Hit(int slot)
    {
        Settle();
        Touch(slot);
    }

    public sealed override void Insert(int slot, ulong hash, long weight)
    {
        Settle();
        _hashes[slot] = hash;
        Weights.Set(slot, weight);
        _pending = slot;
        Arrive(hash);
    }

    public sealed override void Reweigh(int slot, long weight)
    {
        Settle();
        long before = Weights[slot];
        Weights.Set(slot, weight);
        Weigh(slot, weight - before);
    }

    public sealed override int Victim()
    {
        int slot = MakeRoom(_pending);
        return slot >= 0 ? slot : _pending;
    }

    public sealed override void Remove(int slot, bool evicted)
    {
        if (slot == _pending)
        {
            _pending = -1;
            Turn(_hashes[slot]);
        }
        else
        {
            Leave(slot, evicted);
        }
    }

    protected ulong Hash(int slot) => _hashes[slot];

    /// <summary>Slots up to that many may come.</summary>
    protected abstract void Grow(int slots);

    /// <summary>An entry was read.</summary>
    protected abstract void Touch(int slot);

    /// <summary>A miss happened; room for it is made next.</summary>
    protected virtual void Arrive(ulong hash)
    {
    }

    /// <summary>The newcomer is taken in: room for it has been made.</summary>
    protected abstract void Admit(int slot);

    /// <summary>The newcomer left before it was taken in.</summary>
    protected virtual void Turn(ulong hash)
    {
    }

    /// <summary>The next to leave among the entries taken in, negative where there is none. The newcomer's slot is given for its hash; it may be negative.</summary>
    protected abstract int MakeRoom(int newcomer);

    /// <summary>An entry that was taken in has left.</summary>
    protected abstract void Leave(int slot, bool evicted);

    /// <summary>An entry that was taken in weighs more or less than before.</summary>
    protected virtual void Weigh(int slot, long change)
    {
    }

    private void Settle()
    {
        if (_pending >= 0)
        {
            int slot = _pending;
            _pending = -1;
            Admit(slot);
        }
    }
}
