namespace Vouch.Caching.Policies;

/// <summary>S3-FIFO: a small queue (a tenth of the capacity) filters what is not read twice, a main queue gives second chances, and a list of keys that left the small queue lets them back into the main one.</summary>
/// <remarks>J. Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023. The list of keys that left is as long as the main queue; promotion takes two hits.</remarks>
internal sealed class S3FifoPolicy : MakeRoomPolicy
{
    private const int Small = 0;
    private const int Main = 1;
    private const byte MaxReads = 3;
    private readonly SlotLists _queues = new(2);
    private readonly GhostLists _ghosts = new(1);
    private readonly long[] _sizes = new long[2];
    private readonly long _smallCapacity;
    private byte[] _reads = [];
    private byte[] _queue = [];

    public S3FifoPolicy(long capacity)
        : base(capacity) => _smallCapacity = Math.Max(1, capacity / 10);

    public override string Name => "S3-FIFO";

    protected override void Grow(int slots)
    {
        _queues.EnsureSlots(slots);
        Array.Resize(ref _reads, slots);
        Array.Resize(ref _queue, slots);
    }

    protected override void Touch(int slot) => _reads[slot] = (byte)Math.Min(MaxReads, _reads[slot] + 1);

    protected override void Admit(int slot)
    {
        bool returns = _ghosts.Find(Hash(slot)) >= 0;
        if (returns)
        {
            _ghosts.Remove(Hash(slot));
        }

        Add(returns ? Main : Small, slot, reads: 0);
    }

    protected override int MakeRoom(int newcomer)
    {
        while (true)
        {
            if (_sizes[Small] == 0 || (_sizes[Small] < _smallCapacity && _sizes[Main] > 0))
            {
                int slot = _queues.Last(Main);
                if (slot < 0 || _reads[slot] == 0)
                {
                    return slot;
                }

                Move(slot, Main, (byte)(_reads[slot] - 1));
            }
            else
            {
                int slot = _queues.Last(Small);
                if (_reads[slot] < 2)
                {
                    return slot;
                }

                Move(slot, Main, reads: 0);
            }
        }
    }

    protected override void Leave(int slot, bool evicted)
    {
        bool filtered = evicted && _queue[slot] == Small;
        Take(slot);
        if (filtered && _ghosts.Find(Hash(slot)) < 0)
        {
            _ghosts.AddFirst(0, Hash(slot), Weights[slot]);
            _ghosts.Trim(0, Capacity - _smallCapacity);
        }
    }

    protected override void Weigh(int slot, long change) => _sizes[_queue[slot]] += change;

    private void Move(int slot, int queue, byte reads)
    {
        Take(slot);
        Add(queue, slot, reads);
    }

    private void Take(int slot)
    {
        _queues.Unlink(slot);
        _sizes[_queue[slot]] -= Weights[slot];
    }

    private void Add(int queue, int slot, byte reads)
    {
        _queues.AddFirst(queue, slot);
        _sizes[queue] += Weights[slot];
        _queue[slot] = (byte)queue;
        _reads[slot] = reads;
    }
}
