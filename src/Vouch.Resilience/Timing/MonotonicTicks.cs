namespace Vouch.Resilience.Timing;

/// <summary>A clock that only moves forward, in ticks of 100 ns: what every decision of this package is made on.</summary>
internal sealed class MonotonicTicks(TimeProvider time)
{
    private readonly double _scale = (double)TimeSpan.TicksPerSecond / time.TimestampFrequency;
    private readonly bool _isExact = time.TimestampFrequency == TimeSpan.TicksPerSecond;
    private readonly long _origin = time.GetTimestamp();

    /// <summary>Gets the ticks since this clock was made, plus one hour so that "long ago" is a positive number too.</summary>
    public long Now
    {
        get
        {
            long elapsed = time.GetTimestamp() - _origin;
            return (_isExact ? elapsed : (long)(elapsed * _scale)) + TimeSpan.TicksPerHour;
        }
    }

    public TimeProvider TimeProvider => time;
}
