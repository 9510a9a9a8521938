using System.Threading.Tasks.Sources;

namespace Vouch.Caching.Loading;

/// <summary>One caller that waits for a <see cref="Flight{TKey, TValue}"/> and may give up without the others noticing.</summary>
internal sealed class FlightWaiter<TKey, TValue>(Flight<TKey, TValue> flight) : IValueTaskSource<TValue>
    where TKey : notnull
{
    private ManualResetValueTaskSourceCore<TValue> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private int _isOver;

    // Links of the flight's list, under its lock; after its end, Next is read by who completes the waiters alone.
    public FlightWaiter<TKey, TValue>? Next { get; set; }

    public FlightWaiter<TKey, TValue>? Previous { get; set; }

    public ValueTask<TValue> Wait(CancellationToken cancellationToken)
    {
        var value = new ValueTask<TValue>(this, _core.Version);
        _registration = cancellationToken.UnsafeRegister(static (state, token) => ((FlightWaiter<TKey, TValue>)state!).Cancel(token), this);
        if (Volatile.Read(ref _isOver) != 0)
        {
            // The end came before the registration was there to be taken back.
            _registration.Unregister();
        }

        return value;
    }

    public void Complete(TValue value)
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            _registration.Unregister();
            _core.SetResult(value);
        }
    }

    public void Fail(Exception exception)
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            _registration.Unregister();
            _core.SetException(exception);
        }
    }

    TValue IValueTaskSource<TValue>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<TValue>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<TValue>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken token)
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            flight.Leave(this);
            _core.SetException(new OperationCanceledException(token));
        }
    }
}
