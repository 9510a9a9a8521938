namespace Vouch.Caching.Loading;

/// <summary>One run of one factory, and all who wait for its value.</summary>
/// <remarks>
/// Waiters come and go under the flight's own lock, which is never held while code of the host's runs. When the last one has left, the flight is abandoned: its
/// token is cancelled, and who comes later starts another.
/// </remarks>
internal sealed class Flight<TKey, TValue>(TKey key, long created, bool cancellable)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource? _stop = cancellable ? new CancellationTokenSource() : null;
    private FlightWaiter<TKey, TValue>? _firstWaiter;
    private TaskCompletionSource<TValue>? _shared;
    private int _waiting;
    private bool _isOver;
    private bool _servesStale;
    private int _isFinished;

    public TKey Key => key;

    /// <summary>When on the cache's tag clock the run began.</summary>
    public long Created => created;

    /// <summary>Whether the key was removed or set since the run began, or the flight abandoned: the value is not for the cache. Set and read under the cache's lock.</summary>
    public bool IsSuperseded { get; set; }

    /// <summary>Whether the value came too late for one of its own tags. Set under the cache's lock before the flight ends.</summary>
    public bool IsRevoked { get; set; }

    /// <summary>The key's last value, for those who wait when the run fails or takes long, and for the factory.</summary>
    public StaleValue<TValue> Stale { get; set; }

    /// <summary>Whether the soft time-out has passed: who comes now gets the last value at once.</summary>
    public bool ServesStale => Volatile.Read(ref _servesStale);

    public CancellationToken Token => _stop?.Token ?? CancellationToken.None;

    /// <summary>Lets one more wait. False when the flight is over.</summary>
    public bool TryJoin(CancellationToken cancellationToken, out ValueTask<TValue> value)
    {
        FlightWaiter<TKey, TValue> waiter;
        lock (_lock)
        {
            if (_isOver)
            {
                value = default;
                return false;
            }

            _waiting++;
            if (!cancellationToken.CanBeCanceled)
            {
                _shared ??= new TaskCompletionSource<TValue>(TaskCreationOptions.RunContinuationsAsynchronously);
                value = new ValueTask<TValue>(_shared.Task);
                return true;
            }

            waiter = new FlightWaiter<TKey, TValue>(this) { Next = _firstWaiter };
            if (_firstWaiter is not null)
            {
                _firstWaiter.Previous = waiter;
            }

            _firstWaiter = waiter;
        }

        value = waiter.Wait(cancellationToken);
        return true;
    }

    /// <summary>Holds the flight up like a waiter that never leaves, for runs in the background.</summary>
    public void Keep()
    {
        lock (_lock)
        {
            _waiting++;
        }
    }

    /// <summary>One who waited goes. True when it was the last one: then the caller abandons the flight.</summary>
    public void Leave(FlightWaiter<TKey, TValue> waiter)
    {
        lock (_lock)
        {
            if (_isOver || _servesStale)
            {
                return;
            }

            if (waiter.Previous is { } previous)
            {
                previous.Next = waiter.Next;
            }
            else
            {
                _firstWaiter = waiter.Next;
            }

            if (waiter.Next is { } next)
            {
                next.Previous = waiter.Previous;
            }

            if (--_waiting > 0)
            {
                return;
            }

            _isOver = true;
        }

        Abandoned?.Invoke(this);
        _stop?.Cancel();
    }

    /// <summary>Called when all who waited have left.</summary>
    public Action<Flight<TKey, TValue>>? Abandoned { get; init; }

    /// <summary>Settles how the run ends: the first who asks may end it. What comes later, such as the value of a factory that was given up, is dropped.</summary>
    public bool TryFinish() => Interlocked.Exchange(ref _isFinished, 1) == 0;

    /// <summary>Gives the last value to all who wait, and to all who come while the run goes on.</summary>
    /// <returns>How many waited.</returns>
    public int ServeStale()
    {
        FlightWaiter<TKey, TValue>? waiter;
        TaskCompletionSource<TValue>? shared;
        int waited;
        lock (_lock)
        {
            if (_isOver)
            {
                return 0;
            }

            waited = _waiting;
            _waiting = 1; // it goes on though nobody waits
            Volatile.Write(ref _servesStale, true);
            (waiter, _firstWaiter) = (_firstWaiter, null);
            (shared, _shared) = (_shared, null);
        }

        Release(waiter, shared, Stale.Value);
        return waited;
    }

    /// <summary>Gives the value to all who wait.</summary>
    /// <returns>How many waited.</returns>
    public int Complete(TValue value)
    {
        (FlightWaiter<TKey, TValue>? waiter, TaskCompletionSource<TValue>? shared) = End();
        Release(waiter, shared, value);
        return _waiting;
    }

    private static void Release(FlightWaiter<TKey, TValue>? waiter, TaskCompletionSource<TValue>? shared, TValue value)
    {
        shared?.TrySetResult(value);
        while (waiter is not null)
        {
            FlightWaiter<TKey, TValue>? next = waiter.Next;
            waiter.Complete(value);
            waiter = next;
        }
    }

    /// <summary>Passes an exception on to all who wait.</summary>
    public void Fail(Exception exception)
    {
        (FlightWaiter<TKey, TValue>? waiter, TaskCompletionSource<TValue>? shared) = End();
        if (shared is not null && shared.TrySetException(exception))
        {
            // Who waits sees it; nobody else needs to be told of it as unobserved.
            _ = shared.Task.Exception;
        }

        while (waiter is not null)
        {
            FlightWaiter<TKey, TValue>? next = waiter.Next;
            waiter.Fail(exception);
            waiter = next;
        }
    }

    /// <summary>Tells the factory to stop.</summary>
    public void Stop() => _stop?.Cancel();

    private (FlightWaiter<TKey, TValue>? Waiters, TaskCompletionSource<TValue>? Shared) End()
    {
        lock (_lock)
        {
            _isOver = true;
            FlightWaiter<TKey, TValue>? first = _firstWaiter;
            _firstWaiter = null;
            return (first, _shared);
        }
    }
}
