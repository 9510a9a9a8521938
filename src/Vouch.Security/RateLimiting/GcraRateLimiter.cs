using System.Threading.RateLimiting;

namespace Vouch.Security.RateLimiting;

/// <summary>A bucket as a <see cref="RateLimiter"/>, for everything that takes one.</summary>
/// <remarks>Safe to share. Never queues: <see cref="RateLimiter.AcquireAsync"/> answers at once, and a refused lease says when to come back.</remarks>
public sealed class GcraRateLimiter : RateLimiter
{
    private readonly GcraBucket _bucket;
    private readonly TimeProvider _time;
    private long _granted;
    private long _refused;
    private long _lastTaken;

    /// <summary>Initializes a limiter with a full bucket.</summary>
    /// <param name="quota">How much may be used.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="quota"/> is the default value.</exception>
    public GcraRateLimiter(RateQuota quota, TimeProvider? timeProvider = null)
    {
        _time = timeProvider ?? TimeProvider.System;
        _bucket = new GcraBucket(quota, _time);
        _lastTaken = _time.GetTimestamp();
    }

    /// <inheritdoc/>
    public override TimeSpan? IdleDuration
    {
        get
        {
            // Idle is what can be thrown away: a full bucket.
            TimeSpan idle = _time.GetElapsedTime(Volatile.Read(ref _lastTaken));
            return _bucket.Acquire(0).ResetAfter == TimeSpan.Zero ? idle : null;
        }
    }

    /// <inheritdoc/>
    public override RateLimiterStatistics GetStatistics() => new()
    {
        CurrentAvailablePermits = _bucket.Acquire(0).Remaining,
        TotalSuccessfulLeases = Volatile.Read(ref _granted),
        TotalFailedLeases = Volatile.Read(ref _refused),
    };

    /// <inheritdoc/>
    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        RateLimitDecision decision = _bucket.Acquire(permitCount);
        if (decision.IsGranted)
        {
            Volatile.Write(ref _lastTaken, _time.GetTimestamp());
            Interlocked.Increment(ref _granted);
        }
        else
        {
            Interlocked.Increment(ref _refused);
        }

        return new DecisionLease(decision);
    }

    /// <inheritdoc/>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled<RateLimitLease>(cancellationToken)
        : new ValueTask<RateLimitLease>(AttemptAcquireCore(permitCount));
}
