namespace Vouch.Caching;

public sealed partial class VouchCache<TKey, TValue>
{
    /// <summary>Stops the cache's timer and instruments. Entries stay, and calls go on to work; entries past their time are then taken out by later writes alone.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }

        _instruments?.Remove(this);
    }
}
