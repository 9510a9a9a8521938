namespace Vouch.Caching.Policies;

/// <summary>Least frequently used among what the cache holds: a key's count starts again at one when it comes back. Among equals the one read longest ago leaves.</summary>
/// <remarks>Keeps forever what was popular once: for comparison. O(log n) per operation.</remarks>
internal sealed class LfuPolicy(long capacity) : MakeRoomPolicy(capacity)
{
    private readonly SlotHeap _heap = new();

    public override string Name => "LFU";

    protected override void Grow(int slots) => _heap.EnsureSlots(slots);

    protected override void Touch(int slot) => _heap.Update(slot, _heap.Priority(slot) + 1);

    protected override void Admit(int slot) => _heap.Add(slot, 1);

    protected override int MakeRoom(int newcomer) => _heap.Count > 0 ? _heap.Top : -1;

    protected override void Leave(int slot, bool evicted) => _heap.Remove(slot);
}
