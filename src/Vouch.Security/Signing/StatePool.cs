namespace Vouch.Security.Signing;

/// <summary>A few prepared objects that one thread at a time uses. Renting never waits: where none is free a new one is made, and what finds no place on return is disposed.</summary>
internal sealed class StatePool<T>(Func<T> create, Action clear) : IDisposable
    where T : class, IDisposable
{
    // Objects, not T: the generic exchange allocates until it is optimised.
    private readonly object?[] _places = new object?[Math.Max(2, Environment.ProcessorCount)];
    private readonly Lock _creating = new();
    private volatile bool _disposed;

    public bool IsDisposed => _disposed;

    /// <summary>An object, or null where the pool is disposed.</summary>
    public T? Rent()
    {
        if (_disposed)
        {
            return null;
        }

        object?[] places = _places;
        for (int i = 0; i < places.Length; i++)
        {
            if (places[i] is not null && Interlocked.Exchange(ref places[i], null) is T found)
            {
                return found;
            }
        }

        lock (_creating) // what create reads is zeroed under the same lock
        {
            return _disposed ? null : create();
        }
    }

    public void Return(T? item)
    {
        if (item is null)
        {
            return;
        }

        object?[] places = _places;
        for (int i = 0; i < places.Length && !_disposed; i++)
        {
            if (places[i] is null && Interlocked.CompareExchange(ref places[i], item, null) is null)
            {
                if (_disposed)
                {
                    Empty(); // disposed in between: whoever sees it first cleans up
                }

                return;
            }
        }

        item.Dispose();
    }

    public void Dispose()
    {
        lock (_creating)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            clear();
        }

        Empty();
    }

    private void Empty()
    {
        for (int i = 0; i < _places.Length; i++)
        {
            (Interlocked.Exchange(ref _places[i], null) as T)?.Dispose();
        }
    }
}
