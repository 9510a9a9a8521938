namespace Vouch.Optimizer.Routing;

/// <summary>Calls that are used again, so that a decision allocates nothing. Lock-free: a call is in exactly one place, taken and put by exchange.</summary>
internal sealed class CallPool
{
    private readonly RoutedCall?[] _places = new RoutedCall?[64];

    public RoutedCall Rent()
    {
        int start = Environment.CurrentManagedThreadId;
        for (int i = 0; i < _places.Length; i++)
        {
            ref RoutedCall? place = ref _places[(start + i) % _places.Length];
            if (Volatile.Read(ref place) is not null && Interlocked.Exchange(ref place, null) is { } call)
            {
                return call;
            }
        }

        return new RoutedCall(this);
    }

    public void Return(RoutedCall call)
    {
        int start = Environment.CurrentManagedThreadId;
        for (int i = 0; i < _places.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _places[(start + i) % _places.Length], call, null) is null)
            {
                return;
            }
        }
    }
}
