namespace Vouch.Resilience.Sharing;

/// <summary>Carries votes between nodes of one process: for tests, and for several pipelines that share their breakers.</summary>
/// <remarks>Safe to share. Votes are delivered on the thread that publishes them, to the publisher too; nodes know their own.</remarks>
public sealed class InMemoryBreakerTransport : IBreakerTransport
{
    private readonly Lock _lock = new();
    private Action<BreakerVote>[] _receivers = [];

    /// <inheritdoc/>
    public void Publish(BreakerVote vote)
    {
        foreach (Action<BreakerVote> receiver in Volatile.Read(ref _receivers))
        {
            receiver(vote);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentNullException"><paramref name="receive"/> is null.</exception>
    public IDisposable Subscribe(Action<BreakerVote> receive)
    {
        ArgumentNullException.ThrowIfNull(receive);
        lock (_lock)
        {
            _receivers = [.. _receivers, receive];
        }

        return new Subscription(this, receive);
    }

    private sealed class Subscription(InMemoryBreakerTransport transport, Action<BreakerVote> receive) : IDisposable
    {
        public void Dispose()
        {
            lock (transport._lock)
            {
                transport._receivers = [.. transport._receivers.Where(receiver => receiver != receive)];
            }
        }
    }
}
