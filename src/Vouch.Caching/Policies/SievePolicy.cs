namespace Vouch.Caching.Policies;

/// <summary>SIEVE: a queue in which entries never move; a hand sweeps from old to new, clears the bits of entries that were read and evicts the first that was not.</summary>
/// <remarks>Y. Zhang et al., "SIEVE is simpler than LRU", NSDI 2024. Strong on web traffic; entries read once and never again keep newer ones out for a whole round.</remarks>
internal sealed class SievePolicy(long capacity) : MakeRoomPolicy(capacity)
{
    private readonly SlotLists _queue = new(1);
    private bool[] _read = [];
    private int _hand = -1;

    public override string Name => "SIEVE";

    protected override void Grow(int slots)
    {
        _queue.EnsureSlots(slots);
        Array.Resize(ref _read, slots);
    }

    protected override void Touch(int slot) => _read[slot] = true;

    protected override void Admit(int slot)
    {
        _read[slot] = false;
        _queue.AddFirst(0, slot);
    }

    protected override int MakeRoom(int newcomer)
    {
        if (_hand < 0)
        {
            _hand = _queue.Last(0);
        }

        while (_hand >= 0 && _read[_hand])
        {
            _read[_hand] = false;
            _hand = _queue.Previous(_hand);
            if (_hand < 0)
            {
                _hand = _queue.Last(0);
            }
        }

        return _hand;
    }

    protected override void Leave(int slot, bool evicted)
    {
        if (slot == _hand)
        {
            _hand = _queue.Previous(slot);
        }

        _queue.Unlink(slot);
    }
}
