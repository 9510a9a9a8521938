namespace Vouch.Resilience.Calls;

/// <summary>The token that the attempts of a call with alternates run under: it ends with the caller's, or once another candidate has answered. Pooled.</summary>
#pragma warning disable CA1001 // A source without a timer and a wait handle holds nothing to dispose of.
internal sealed class CallScope
#pragma warning restore CA1001
{
    private static readonly ChainPool<CallScope> Pool = new();

    private readonly CancellationTokenSource _source = new();
    private CancellationTokenRegistration _link;

    public CancellationToken Token => _source.Token;

    public static CallScope Rent(CancellationToken caller)
    {
        CallScope scope = Pool.TryTake() ?? new CallScope();
        scope._link = caller.UnsafeRegister(static state => ((CallScope)state!).Cancel(), scope);
        return scope;
    }

    /// <summary>Tells whatever still runs to stop.</summary>
    public void Cancel()
    {
        try
        {
            _source.Cancel();
        }
        catch (AggregateException)
        {
            // A callback that a worker registered threw. It is the worker's, and nobody waits for the worker any more.
        }
    }

    /// <summary>Gives the scope back where nothing runs under it; leaves it to the garbage collector otherwise.</summary>
    public void Return(bool isQuiet)
    {
        // Unregister is false where the callback has run or is running: the source is, or will be, cancelled.
        bool detached = _link == default || _link.Unregister();
        _link = default;
        if (detached && isQuiet && _source.TryReset())
        {
            Pool.Give(this);
        }
    }
}
