using System.Security.Cryptography;

namespace Vouch.Caching.Backplane;

/// <summary>A backplane within one process: for several caches in one host, and for tests of what a host builds on it.</summary>
/// <remarks>Safe to share. Keeps the last <see cref="Retained"/> invalidations.</remarks>
public sealed class MemoryBackplane : ICacheBackplane
{
    /// <summary>How many invalidations the log keeps.</summary>
    public const int Retained = 10_000;

    private readonly Lock _lock = new();
    private readonly Queue<LoggedInvalidation> _log = new();
    private readonly List<Action<LoggedInvalidation?>> _listeners = [];
    private readonly ulong _epoch = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;
    private long _position;
    private long _forgotten;

    /// <inheritdoc/>
    public ValueTask<long> PublishAsync(CacheInvalidation invalidation, CancellationToken cancellationToken)
    {
        Action<LoggedInvalidation?>[] listeners;
        long position;
        lock (_lock)
        {
            position = ++_position;
            _log.Enqueue(new LoggedInvalidation(position, invalidation));
            while (_log.Count > Retained)
            {
                _forgotten = _log.Dequeue().Position;
            }

            listeners = [.. _listeners];
        }

        foreach (Action<LoggedInvalidation?> listener in listeners)
        {
            listener(new LoggedInvalidation(position, invalidation));
        }

        return ValueTask.FromResult(position);
    }

    /// <inheritdoc/>
    public ValueTask<BackplaneReading> ReadAsync(long after, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(new BackplaneReading(_epoch, _position, [.. _log.Where(entry => entry.Position > after)], after >= _forgotten));
        }
    }

    /// <inheritdoc/>
    public IDisposable Subscribe(Action<LoggedInvalidation?> listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        lock (_lock)
        {
            _listeners.Add(listener);
        }

        return new Subscription(this, listener);
    }

    private sealed class Subscription(MemoryBackplane owner, Action<LoggedInvalidation?> listener) : IDisposable
    {
        public void Dispose()
        {
            lock (owner._lock)
            {
                owner._listeners.Remove(listener);
            }
        }
    }
}
