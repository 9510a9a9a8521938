using System.Threading.RateLimiting;

namespace Vouch.Security.RateLimiting;

/// <summary>A keyed limiter as a <see cref="PartitionedRateLimiter{TResource}"/>: ASP.NET Core's rate limiting takes it as its global limiter.</summary>
/// <typeparam name="TResource">What is limited, such as a request.</typeparam>
/// <typeparam name="TKey">What permits are counted by.</typeparam>
/// <remarks>Safe to share. Holds no object per key and no timer. Never queues: a refused lease says when to come back.</remarks>
public sealed class GcraPartitionedRateLimiter<TResource, TKey> : PartitionedRateLimiter<TResource>
    where TKey : notnull
{
    private readonly KeyedRateLimiter<TKey> _limiter;
    private readonly Func<TResource, TKey> _keyOf;
    private long _granted;
    private long _refused;

    /// <summary>Initializes a limiter.</summary>
    /// <param name="limiter">Holds the buckets; others may use it too.</param>
    /// <param name="keyOf">Says whose permits a resource takes.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public GcraPartitionedRateLimiter(KeyedRateLimiter<TKey> limiter, Func<TResource, TKey> keyOf)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        ArgumentNullException.ThrowIfNull(keyOf);
        _limiter = limiter;
        _keyOf = keyOf;
    }

    /// <inheritdoc/>
    public override RateLimiterStatistics? GetStatistics(TResource resource) => new()
    {
        CurrentAvailablePermits = _limiter.Acquire(_keyOf(resource), 0).Remaining,
        TotalSuccessfulLeases = Volatile.Read(ref _granted),
        TotalFailedLeases = Volatile.Read(ref _refused),
    };

    /// <inheritdoc/>
    protected override RateLimitLease AttemptAcquireCore(TResource resource, int permitCount)
    {
        RateLimitDecision decision = _limiter.Acquire(_keyOf(resource), permitCount);
        Interlocked.Increment(ref decision.IsGranted ? ref _granted : ref _refused);
        return new DecisionLease(decision);
    }

    /// <inheritdoc/>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(TResource resource, int permitCount, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<RateLimitLease>(cancellationToken)
            : new ValueTask<RateLimitLease>(AttemptAcquireCore(resource, permitCount));
}
