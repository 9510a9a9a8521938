namespace Vouch.Caching.Policies;

/// <summary>A binary heap of slots with the least priority on top; among equals the one updated longest ago. Every operation is O(log n) and allocates nothing.</summary>
internal sealed class SlotHeap
{
    private int[] _heap = [];
    private int[] _positions = [];
    private double[] _priorities = [];
    private long[] _ticks = [];
    private long _tick;

    public int Count { get; private set; }

    public int Top => _heap[0];

    public void EnsureSlots(int slots)
    {
        if (slots > _heap.Length)
        {
            Array.Resize(ref _heap, slots);
            Array.Resize(ref _positions, slots);
            Array.Resize(ref _priorities, slots);
            Array.Resize(ref _ticks, slots);
        }
    }

    public double Priority(int slot) => _priorities[slot];

    public void Add(int slot, double priority)
    {
        _priorities[slot] = priority;
        _ticks[slot] = _tick++;
        _positions[slot] = Count;
        _heap[Count] = slot;
        Up(Count++);
    }

    public void Update(int slot, double priority)
    {
        _priorities[slot] = priority;
        _ticks[slot] = _tick++;
        Up(_positions[slot]);
        Down(_positions[slot]);
    }

    public void Remove(int slot)
    {
        int position = _positions[slot];
        int last = _heap[--Count];
        if (last != slot)
        {
            _heap[position] = last;
            _positions[last] = position;
            Up(position);
            Down(_positions[last]);
        }
    }

    private bool Before(int a, int b) => _priorities[a] < _priorities[b] || (_priorities[a] == _priorities[b] && _ticks[a] < _ticks[b]);

    private void Up(int position)
    {
        int slot = _heap[position];
        while (position > 0 && Before(slot, _heap[(position - 1) / 2]))
        {
            Place(position, _heap[(position - 1) / 2]);
            position = (position - 1) / 2;
        }

        Place(position, slot);
    }

    private void Down(int position)
    {
        int slot = _heap[position];
        while (true)
        {
            int child = (2 * position) + 1;
            if (child >= Count)
            {
                break;
            }

            if (child + 1 < Count && Before(_heap[child + 1], _heap[child]))
            {
                child++;
            }

            if (!Before(_heap[child], slot))
            {
                break;
            }

            Place(position, _heap[child]);
            position = child;
        }

        Place(position, slot);
    }

    private void Place(int position, int slot)
    {
        _heap[position] = slot;
        _positions[slot] = position;
    }
}
