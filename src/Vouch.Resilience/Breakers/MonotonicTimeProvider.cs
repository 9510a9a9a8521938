namespace Vouch.Resilience.Breakers;

/// <summary>
/// A wall clock that only ever moves forward with the monotonic one. Polly's breaker counts its window and its break on
/// <see cref="TimeProvider.GetUtcNow"/>; through this clock a correction of the system's time neither holds a breaker open nor empties its window.
/// </summary>
internal sealed class MonotonicTimeProvider(TimeProvider inner) : TimeProvider
{
    private readonly DateTimeOffset _origin = inner.GetUtcNow();
    private readonly long _originTimestamp = inner.GetTimestamp();

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => _origin + inner.GetElapsedTime(_originTimestamp, inner.GetTimestamp());

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);
}
