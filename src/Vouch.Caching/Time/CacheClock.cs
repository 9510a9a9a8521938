namespace Vouch.Caching.Time;

/// <summary>Milliseconds since the clock was made, for deadlines. With the system's <see cref="TimeProvider"/>, reads of fresh entries go by <see cref="CoarseClock"/>.</summary>
internal sealed class CacheClock
{
    /// <summary>The instant that never comes: deadlines have 43 bits.</summary>
    public const long Never = (1L << 43) - 1;

    private readonly TimeProvider? _custom;
    private readonly long _start;
    private readonly long _frequency;

    public CacheClock(TimeProvider time)
    {
        Provider = time;
        if (!ReferenceEquals(time, TimeProvider.System))
        {
            _custom = time;
            _frequency = time.TimestampFrequency;
            _start = time.GetTimestamp();
        }
        else
        {
            _start = CoarseClock.Read();
        }
    }

    public TimeProvider Provider { get; }

    /// <summary>Whether <see cref="CoarseClock.Recent"/> may stand in for a reading.</summary>
    public bool IsCoarse => _custom is null;

    /// <summary>What <see cref="CoarseClock"/> read when this clock was made.</summary>
    public long CoarseStart => _start;

    /// <summary>The milliseconds that have passed, rounded down.</summary>
    public long Now()
    {
        if (_custom is null)
        {
            return CoarseClock.Refresh() - _start;
        }

        long elapsed = _custom.GetTimestamp() - _start;
        return _frequency == TimeSpan.TicksPerSecond ? elapsed / TimeSpan.TicksPerMillisecond : (long)((Int128)elapsed * 1000 / _frequency);
    }

    /// <summary>A duration in whole milliseconds, rounded up.</summary>
    public static long Milliseconds(TimeSpan duration) =>
        duration == Timeout.InfiniteTimeSpan ? Never : Math.Min(Never, (duration.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond);

    /// <summary>The sum, <see cref="Never"/> at most.</summary>
    public static long Add(long now, long span) => span >= Never - now ? Never : now + span;
}
