using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Primitives;

namespace Vouch.Caching.Distributed;

/// <summary>An entry of a <see cref="VouchMemoryCache"/>: filled by its maker, stored when it is disposed.</summary>
internal sealed class MemoryEntry(VouchMemoryCache cache, object key) : ICacheEntry
{
    private readonly List<IDisposable> _registrations = [];
    private TimeSpan? _relative;
    private TimeSpan? _sliding;
    private long? _size;
    private bool _hasValue;
    private bool _stored;
    private int _left;
    private object? _value;

    public object Key { get; } = key;

    public object? Value
    {
        get => _value;
        set
        {
            _value = value;
            _hasValue = true;
        }
    }

    public DateTimeOffset? AbsoluteExpiration { get; set; }

    public TimeSpan? AbsoluteExpirationRelativeToNow
    {
        get => _relative;
        set => _relative = RequirePositive(value, nameof(AbsoluteExpirationRelativeToNow));
    }

    public TimeSpan? SlidingExpiration
    {
        get => _sliding;
        set => _sliding = RequirePositive(value, nameof(SlidingExpiration));
    }

    public IList<IChangeToken> ExpirationTokens { get; } = [];

    public IList<PostEvictionCallbackRegistration> PostEvictionCallbacks { get; } = [];

    public CacheItemPriority Priority { get; set; } = CacheItemPriority.Normal;

    public long? Size
    {
        get => _size;
        set => _size = value is null or >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A size is not negative.");
    }

    public bool HasChanged
    {
        get
        {
            for (int i = 0; i < ExpirationTokens.Count; i++)
            {
                if (ExpirationTokens[i].HasChanged)
                {
                    return true;
                }
            }

            return false;
        }
    }

    public void Dispose()
    {
        if (_stored)
        {
            return;
        }

        // An entry whose maker threw before it had a value is not stored.
        _stored = true;
        if (_hasValue)
        {
            cache.Commit(this);
        }
    }

    public void Listen()
    {
        foreach (IChangeToken token in ExpirationTokens)
        {
            if (token.ActiveChangeCallbacks)
            {
                _registrations.Add(token.RegisterChangeCallback(static entry => ((MemoryEntry)entry!).Expire(), this));
            }
        }
    }

    public void Expire() => cache.RemoveIfSame(this);

    /// <summary>The entry left the cache: tells those who asked, once.</summary>
    public void Left(EvictionReason reason)
    {
        if (Interlocked.Exchange(ref _left, 1) == 1)
        {
            return;
        }

        foreach (IDisposable registration in _registrations)
        {
            registration.Dispose();
        }

        if (PostEvictionCallbacks.Count > 0)
        {
            _ = Task.Run(() => Tell(reason));
        }
    }

    private static TimeSpan? RequirePositive(TimeSpan? value, string name) =>
        value is null || value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(name, value, "An expiration is positive.");

    private void Tell(EvictionReason reason)
    {
        foreach (PostEvictionCallbackRegistration registration in PostEvictionCallbacks)
        {
            try
            {
                registration.EvictionCallback?.Invoke(Key, Value, reason, registration.State);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                cache.CallbackFailed(failure);
            }
        }
    }
}
