namespace Vouch.AnomalyDetection.Streaming;

/// <summary>A time in which nothing alarms and nothing is learnt: once, or every week at the same time.</summary>
public sealed class MaintenanceWindow
{
    /// <summary>Gets or sets when it begins (the first time, if it repeats).</summary>
    /// <value>A time; the offset is taken into account. There is no default.</value>
    public DateTimeOffset Start { get; set; }

    /// <summary>Gets or sets how long it lasts.</summary>
    /// <value>A duration in (0, 7 days]. The default is one hour.</value>
    public TimeSpan Duration { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Gets or sets whether it comes again every week.</summary>
    /// <value>The default is false.</value>
    public bool EveryWeek { get; set; }

    /// <summary>Says whether a time lies in the window.</summary>
    /// <param name="time">The time.</param>
    /// <returns>True in [start, start + duration), this week's if it repeats.</returns>
    public bool Contains(DateTimeOffset time) => Contains(time.UtcTicks);

    internal bool Contains(long utcTicks)
    {
        long since = utcTicks - Start.UtcTicks;
        if (since < 0)
        {
            return false;
        }

        return (EveryWeek ? since % (7 * TimeSpan.TicksPerDay) : since) < Duration.Ticks;
    }
}
