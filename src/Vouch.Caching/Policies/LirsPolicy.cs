namespace Vouch.Caching.Policies;

/// <summary>LIRS: ranks keys by the distance between their last two reads. Keys with short distances (99 % of the capacity) stay; the others pass a short queue, and what returns soon after it left is promoted.</summary>
/// <remarks>S. Jiang and X. Zhang, "LIRS: an efficient low inter-reference recency set replacement policy", SIGMETRICS 2002. Keys that left are remembered up to twice the capacity. O(1) amortised.</remarks>
internal sealed class LirsPolicy : EvictionPolicy
{
    private const byte Low = 0; // resident, short distance: always on the stack
    private const byte High = 1; // resident, long distance: always in the queue, perhaps on the stack
    private const byte Gone = 2; // left the cache: on the stack and in the history
    private const int Queue = 0;
    private const int History = 1;
    private readonly SlotLists _stack = new(1);
    private readonly SlotLists _queues = new(2);
    private readonly HashDirectory _directory = new();
    private readonly Weights _weights = new();
    private readonly long _capacity;
    private readonly long _lowCapacity;
    private byte[] _state = [];
    private bool[] _stacked = [];
    private int[] _slots = []; // of a node
    private int[] _nodes = []; // of a slot
    private int[] _free = [];
    private int _freeCount;
    private int _used;
    private long _lowSize;
    private long _goneSize;
    private int _pending = -1;

    public LirsPolicy(long capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
        _lowCapacity = capacity - Math.Max(1, capacity / 100);
    }

    public override string Name => "LIRS";

    public override void EnsureSlots(int slots)
    {
        if (slots > _nodes.Length)
        {
            Array.Resize(ref _nodes, slots);
        }
    }

    public override void Hit(int slot)
    {
        Settle();
        int node = _nodes[slot];
        if (_state[node] == Low)
        {
            _stack.Unlink(node);
            _stack.AddFirst(0, node);
            Prune();
        }
        else if (_stacked[node])
        {
            _stack.Unlink(node);
            _queues.Unlink(node);
            Promote(node);
        }
        else
        {
            Stack(node);
            _queues.Unlink(node);
            _queues.AddFirst(Queue, node);
        }
    }

    public override void Insert(int slot, ulong hash, long weight)
    {
        Settle();
        int node = _directory.Find(hash);
        if (node < 0 || _state[node] != Gone) // a resident one of the same hash is another key
        {
            node = Take();
            _directory.Add(node, hash);
            _state[node] = High;
            _stacked[node] = false;
        }
        else
        {
            _goneSize += weight - _weights[node];
        }

        _weights.Set(node, weight);
        _slots[node] = slot;
        _nodes[slot] = node;
        _pending = node;
    }

    public override void Reweigh(int slot, long weight)
    {
        Settle();
        int node = _nodes[slot];
        _lowSize += _state[node] == Low ? weight - _weights[node] : 0;
        _weights.Set(node, weight);
    }

    public override int Victim()
    {
        int node = _queues.Last(Queue);
        if (node < 0)
        {
            Prune();
            node = _stack.Last(0);
        }

        return _slots[node >= 0 ? node : _pending];
    }

    public override void Remove(int slot, bool evicted)
    {
        int node = _nodes[slot];
        if (node == _pending)
        {
            _pending = -1;
            if (_state[node] == Gone)
            {
                Recall(node);
            }

            Drop(node);
            return;
        }

        if (_state[node] == Low)
        {
            _lowSize -= _weights[node];
            _stack.Unlink(node);
            Drop(node);
            Prune();
            return;
        }

        _queues.Unlink(node);
        if (evicted && _stacked[node])
        {
            _state[node] = Gone;
            _goneSize += _weights[node];
            _queues.AddFirst(History, node);
            while (_goneSize > 2 * _capacity)
            {
                Forget(_queues.Last(History));
            }
        }
        else
        {
            if (_stacked[node])
            {
                _stack.Unlink(node);
            }

            Drop(node);
        }
    }

    private void Settle()
    {
        if (_pending < 0)
        {
            return;
        }

        int node = _pending;
        _pending = -1;
        if (_state[node] == Gone)
        {
            Recall(node);
            Promote(node);
        }
        else if (_lowSize + _weights[node] <= _lowCapacity)
        {
            Promote(node);
        }
        else
        {
            Stack(node);
            _queues.AddFirst(Queue, node);
        }
    }

    // To the top of the stack as one of short distance; the bottom ones make room. The node is in no list.
    private void Promote(int node)
    {
        _state[node] = Low;
        _stacked[node] = true;
        _lowSize += _weights[node];
        _stack.AddFirst(0, node);
        while (_lowSize > _lowCapacity && _stack.Last(0) is >= 0 and int bottom && (bottom != node || _lowCapacity == 0))
        {
            if (_state[bottom] == Low)
            {
                _lowSize -= _weights[bottom];
                _state[bottom] = High;
                _stack.Unlink(bottom);
                _stacked[bottom] = false;
                _queues.AddFirst(Queue, bottom);
            }

            Prune();
        }
    }

    private void Stack(int node)
    {
        if (_stacked[node])
        {
            _stack.Unlink(node);
        }

        _stacked[node] = true;
        _stack.AddFirst(0, node);
    }

    // The stack's bottom is always one of short distance.
    private void Prune()
    {
        while (_stack.Last(0) is >= 0 and int bottom && _state[bottom] != Low)
        {
            if (_state[bottom] == Gone)
            {
                Forget(bottom);
            }
            else
            {
                _stack.Unlink(bottom);
                _stacked[bottom] = false;
            }
        }
    }

    private void Forget(int node)
    {
        Recall(node);
        if (node == _pending)
        {
            _state[node] = High; // forgotten while it waited to come back: it comes as a new one
            _stacked[node] = false;
        }
        else
        {
            Drop(node);
        }
    }

    private void Recall(int node)
    {
        _goneSize -= _weights[node];
        _queues.Unlink(node);
        _stack.Unlink(node);
    }

    private void Drop(int node)
    {
        _directory.Remove(node);
        _free[_freeCount++] = node;
    }

    private int Take()
    {
        if (_freeCount > 0)
        {
            return _free[--_freeCount];
        }

        if (_used == _directory.Capacity)
        {
            _directory.Ensure(_used + 1);
            int capacity = _directory.Capacity;
            Array.Resize(ref _state, capacity);
            Array.Resize(ref _stacked, capacity);
            Array.Resize(ref _slots, capacity);
            Array.Resize(ref _free, capacity);
            _weights.Ensure(capacity);
            _stack.EnsureSlots(capacity);
            _queues.EnsureSlots(capacity);
        }

        return _used++;
    }
}
