using System.Runtime.CompilerServices;

namespace Vouch.Security.RateLimiting;

/// <summary>
/// The generic cell rate algorithm on one 64-bit number: the theoretical arrival time (TAT) in nanoseconds, at which the bucket is full again. What was never used has TAT 0, which is
/// the same as full.
/// </summary>
internal static class Gcra
{
    /// <summary>Whether the permits can be taken, and the TAT that taking them leaves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Allows(long tat, long now, in RateQuota quota, int quantity, out long next)
    {
        // quantity is at most the burst here, so the product is at most the tolerance and nothing overflows.
        next = Math.Max(tat, now) + (quota.IntervalNanoseconds * quantity);
        return next - now <= quota.ToleranceNanoseconds;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RateLimitDecision Granted(in RateQuota quota, long next, long now) => new(RateLimitOutcome.Granted, in quota, next - now, 0);

    public static RateLimitDecision Exhausted(in RateQuota quota, long tat, long next, long now) =>
        new(RateLimitOutcome.Exhausted, in quota, Math.Max(0, tat - now), next - now - quota.ToleranceNanoseconds);

    public static RateLimitDecision NeverGrantable(in RateQuota quota, long tat, long now) =>
        new(RateLimitOutcome.NeverGrantable, in quota, Math.Max(0, tat - now), 0);
}
