namespace Vouch.Security.RateLimiting;

/// <summary>The limiter of one process behind the interface that shared ones have too.</summary>
internal sealed class LocalKeyedRateLimiter(KeyedRateLimiter<string> limiter) : IKeyedRateLimiter
{
    public ValueTask<RateLimitDecision> AcquireAsync(string key, int quantity = 1, CancellationToken cancellationToken = default) => new(limiter.Acquire(key, quantity));
}
