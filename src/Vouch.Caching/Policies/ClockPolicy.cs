namespace Vouch.Caching.Policies;

/// <summary>CLOCK, or second chance: a queue in which an entry read since the hand last passed is passed over once.</summary>
/// <remarks>F. J. Corbató, "A paging experiment with the Multics system", 1969. A hit sets one bit; a victim costs at most one round.</remarks>
internal sealed class ClockPolicy(long capacity) : MakeRoomPolicy(capacity)
{
    private readonly SlotLists _queue = new(1);
    private bool[] _read = [];

    public override string Name => "CLOCK";

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
        int slot = _queue.Last(0);
        while (slot >= 0 && _read[slot])
        {
            _read[slot] = false;
            _queue.Unlink(slot);
            _queue.AddFirst(0, slot);
            slot = _queue.Last(0);
        }

        return slot;
    }

    protected override void Leave(int slot, bool evicted) => _queue.Unlink(slot);
}
