namespace Vouch.Caching.Policies;

/// <summary>GreedyDual-Size-Frequency: keeps what gives most hits per unit of weight; an entry's worth is reads / weight above a floor that rises to the worth of each victim.</summary>
/// <remarks>L. Cherkasova, "Improving WWW proxies performance with Greedy-Dual-Size-Frequency caching policy", HP Labs, 1998. O(log n) per operation.</remarks>
internal sealed class GdsfPolicy(long capacity) : MakeRoomPolicy(capacity)
{
    private readonly SlotHeap _heap = new();
    private int[] _reads = [];
    private double _floor;

    public override string Name => "GDSF";

    protected override void Grow(int slots)
    {
        _heap.EnsureSlots(slots);
        Array.Resize(ref _reads, slots);
    }

    protected override void Touch(int slot)
    {
        _reads[slot] = Math.Min(_reads[slot], int.MaxValue - 1) + 1;
        _heap.Update(slot, Worth(slot));
    }

    protected override void Admit(int slot)
    {
        _reads[slot] = 1;
        _heap.Add(slot, Worth(slot));
    }

    protected override int MakeRoom(int newcomer) => _heap.Count > 0 ? _heap.Top : -1;

    protected override void Leave(int slot, bool evicted)
    {
        if (evicted)
        {
            _floor = Math.Max(_floor, _heap.Priority(slot));
        }

        _heap.Remove(slot);
    }

    protected override void Weigh(int slot, long change) => _heap.Update(slot, Worth(slot));

    private double Worth(int slot) => _floor + ((double)_reads[slot] / Weights[slot]);
}
