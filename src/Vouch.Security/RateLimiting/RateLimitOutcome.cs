namespace Vouch.Security.RateLimiting;

/// <summary>What a limiter said.</summary>
public enum RateLimitOutcome
{
    /// <summary>The permits were taken.</summary>
    Granted = 0,

    /// <summary>Too few permits are left; nothing was taken. <see cref="RateLimitDecision.RetryAfter"/> says when they will be there if nobody else takes any.</summary>
    Exhausted,

    /// <summary>More was asked for than a full bucket holds: it can never be granted.</summary>
    NeverGrantable,

    /// <summary>The limiter's memory is full of keys that still owe: a key that is not among them is refused rather than one of them forgotten.</summary>
    Saturated,
}
