namespace Vouch.Security.RateLimiting;

/// <summary>One bucket: grants permits at a rate, with a burst, and says exactly what is left and when to come back.</summary>
/// <remarks>
/// Safe to share: the whole state is one 64-bit number that moves by compare-and-swap, so that of threads that race for the last permit one gets it. Allocates nothing.
/// A call with an older time than another's before it is judged as if no time had passed in between. Source: ITU-T I.371, generic cell rate algorithm.
/// </remarks>
public sealed class GcraBucket
{
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly RateQuota _quota;
    private long _tat;

    /// <summary>Initializes a full bucket.</summary>
    /// <param name="quota">How much may be used.</param>
    /// <param name="timeProvider">The clock for calls that give no time; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="quota"/> is the default value.</exception>
    public GcraBucket(RateQuota quota, TimeProvider? timeProvider = null)
    {
        _quota = quota.Required(nameof(quota));
        _time = timeProvider ?? TimeProvider.System;
        _origin = _time.GetTimestamp();
    }

    /// <summary>Gets how much may be used.</summary>
    public RateQuota Quota => _quota;

    /// <summary>Takes permits, or none.</summary>
    /// <param name="quantity">How many, 0 or more; 0 asks what is left and takes nothing.</param>
    /// <returns>Granted with what is left, or refused with when to come back.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="quantity"/> is negative.</exception>
    public RateLimitDecision Acquire(int quantity = 1) => Acquire(quantity, _time.GetElapsedTime(_origin));

    /// <summary>Takes permits, or none, at a time that the caller has read already.</summary>
    /// <param name="quantity">How many, 0 or more; 0 asks what is left and takes nothing.</param>
    /// <param name="now">The time since a fixed origin, on a monotonic clock, the same for all calls: zero to 140 years.</param>
    /// <returns>Granted with what is left, or refused with when to come back.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public RateLimitDecision Acquire(int quantity, TimeSpan now)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(quantity);
        long time = Nanoseconds.From(now);
        long tat = Volatile.Read(ref _tat);
        if (quantity > _quota.Burst)
        {
            return Gcra.NeverGrantable(in _quota, tat, time);
        }

        while (true)
        {
            if (!Gcra.Allows(tat, time, in _quota, quantity, out long next))
            {
                return Gcra.Exhausted(in _quota, tat, next, time);
            }

            long seen = quantity == 0 ? tat : Interlocked.CompareExchange(ref _tat, next, tat);
            if (seen == tat)
            {
                return Gcra.Granted(in _quota, next, time);
            }

            tat = seen;
        }
    }
}
