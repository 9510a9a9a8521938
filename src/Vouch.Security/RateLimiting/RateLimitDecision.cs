namespace Vouch.Security.RateLimiting;

/// <summary>A limiter's answer, with what is left and when there will be more.</summary>
/// <remarks>Immutable and safe to share. The figures are exact at the time of the decision; they are worked out when read.</remarks>
public readonly struct RateLimitDecision : IEquatable<RateLimitDecision>
{
    private readonly RateQuota _quota;
    private readonly long _backlog;
    private readonly long _retry;

    internal RateLimitDecision(RateLimitOutcome outcome, in RateQuota quota, long backlog, long retry)
    {
        Outcome = outcome;
        _quota = quota;
        _backlog = backlog;
        _retry = retry;
    }

    /// <summary>Gets what the limiter said.</summary>
    public RateLimitOutcome Outcome { get; }

    /// <summary>Gets whether the permits were taken.</summary>
    public bool IsGranted => Outcome == RateLimitOutcome.Granted;

    /// <summary>Gets how many permits a full bucket holds.</summary>
    public int Limit => _quota.Burst;

    /// <summary>Gets the quota that was applied.</summary>
    public RateQuota Quota => _quota;

    /// <summary>Gets how many permits are left.</summary>
    /// <value>A count in [0, <see cref="Limit"/>].</value>
    public int Remaining => Limit == 0 ? 0 : (int)Math.Clamp((_quota.ToleranceNanoseconds - _backlog) / _quota.IntervalNanoseconds, 0, Limit);

    /// <summary>Gets how long it is until the bucket is full again if nobody takes any more, rounded up to 100 ns.</summary>
    public TimeSpan ResetAfter => Nanoseconds.ToTimeSpan(_backlog);

    /// <summary>Gets how long it is until the same request would be granted if nobody takes any more, rounded up to 100 ns.</summary>
    /// <value>Null where the request was granted or can never be.</value>
    public TimeSpan? RetryAfter => Outcome is RateLimitOutcome.Exhausted or RateLimitOutcome.Saturated ? Nanoseconds.ToTimeSpan(_retry) : null;

    /// <summary>Compares two decisions.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(RateLimitDecision left, RateLimitDecision right) => left.Equals(right);

    /// <summary>Compares two decisions.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(RateLimitDecision left, RateLimitDecision right) => !left.Equals(right);

    /// <summary>Makes a decision from what another limiter (a shared one, say) answered.</summary>
    /// <param name="outcome">What it said.</param>
    /// <param name="quota">The quota it applied.</param>
    /// <param name="resetAfter">How long it is until the bucket is full again.</param>
    /// <param name="retryAfter">How long it is until the same request would be granted; zero where it was.</param>
    public static RateLimitDecision Create(RateLimitOutcome outcome, RateQuota quota, TimeSpan resetAfter, TimeSpan retryAfter) =>
        new(outcome, quota.Required(nameof(quota)), Nanoseconds.From(resetAfter), Nanoseconds.From(retryAfter));

    /// <inheritdoc/>
    public bool Equals(RateLimitDecision other) =>
        Outcome == other.Outcome && _quota == other._quota && _backlog == other._backlog && _retry == other._retry;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RateLimitDecision other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Outcome, _quota, _backlog, _retry);

    /// <summary>Returns the decision in words.</summary>
    public override string ToString() => IsGranted
        ? $"granted, {Remaining} of {Limit} left"
        : $"{Outcome}, {Remaining} of {Limit} left{(RetryAfter is { } wait ? $", retry after {wait:c}" : string.Empty)}";
}
