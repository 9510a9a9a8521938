namespace Vouch.AnomalyDetection.Streaming;

/// <summary>Which course of the time stamp a series is compared with.</summary>
public enum SeasonMode
{
    /// <summary>
    /// A day profile is learnt and used as one of the channels; without a daily course it does no harm. Beside it what each day of the week adds is learnt, and used once three weeks have shown that
    /// it brings the expectation closer (the squared error halves).
    /// </summary>
    Auto,

    /// <summary>None: the smallest state per series.</summary>
    None,

    /// <summary>The hours of the day (12 parts, UTC).</summary>
    Day,

    /// <summary>The hours of the week (84 parts, UTC); takes a few weeks to learn.</summary>
    Week,

    /// <summary>
    /// A day profile until a search finds that the series repeats at another distance, any from some values to a third of what is kept. A <see cref="StreamingDetector"/> keeps its latest
    /// 2,048 values for it (33 KB) and searches after 256, 512, 1,024, 2,048 values and then after every 8,192; a search takes some milliseconds. A registry learns a day profile instead.
    /// </summary>
    Search,
}
