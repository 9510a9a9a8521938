namespace Vouch.Resilience.Calls;

/// <summary>A few spare objects. Taking and giving are lock-free; what does not fit is left to the garbage collector.</summary>
internal sealed class ChainPool<T>
    where T : class
{
    private readonly Slot[] _slots = new Slot[2 * Environment.ProcessorCount];
    private T? _spare;

    public T? TryTake()
    {
        // An exchange takes an object from one thread only, and publishes what the giver wrote into it.
        if (Interlocked.Exchange(ref _spare, null) is { } spare)
        {
            return spare;
        }

        foreach (ref Slot slot in _slots.AsSpan())
        {
            if (slot.Item is not null && Interlocked.Exchange(ref slot.Item, null) is { } item)
            {
                return item;
            }
        }

        return null;
    }

    public void Give(T item)
    {
        if (_spare is null && Interlocked.CompareExchange(ref _spare, item, null) is null)
        {
            return;
        }

        foreach (ref Slot slot in _slots.AsSpan())
        {
            if (slot.Item is null && Interlocked.CompareExchange(ref slot.Item, item, null) is null)
            {
                return;
            }
        }
    }

    private struct Slot
    {
        public T? Item;
    }
}
