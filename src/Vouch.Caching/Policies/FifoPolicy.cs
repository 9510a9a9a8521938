namespace Vouch.Caching.Policies;

/// <summary>First in, first out: the entry that came first leaves first, however often it was read.</summary>
internal sealed class FifoPolicy : EvictionPolicy
{
    private readonly SlotLists _queue = new(1);

    public override string Name => "FIFO";

    public override void EnsureSlots(int slots) => _queue.EnsureSlots(slots);

    public override void Hit(int slot)
    {
    }

    public override void Insert(int slot, ulong hash, long weight) => _queue.AddFirst(0, slot);

    public override void Reweigh(int slot, long weight)
    {
    }

    public override int Victim() => _queue.Last(0);

    public override void Remove(int slot, bool evicted) => _queue.Unlink(slot);
}
