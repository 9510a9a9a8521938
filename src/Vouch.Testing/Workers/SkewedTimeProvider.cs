namespace Vouch.Testing.Workers;

/// <summary>A worker's clock: its wall clock may be off, its timers are not.</summary>
internal sealed class SkewedTimeProvider(TimeProvider time, ActiveFaults faults) : TimeProvider
{
    public override long TimestampFrequency => time.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => time.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow().AddTicks(faults.SkewTicks);

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => time.CreateTimer(callback, state, dueTime, period);
}
