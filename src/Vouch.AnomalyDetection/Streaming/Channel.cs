namespace Vouch.AnomalyDetection.Streaming;

/// <summary>The statistics that are watched; each is measured in units of the series and held against its own range.</summary>
internal static class Channel
{
    /// <summary>The value itself.</summary>
    public const int Value = 0;

    /// <summary>The value's distance from the mean of about the last 33 values before it.</summary>
    public const int Departure = 1;

    /// <summary>The mean of about the last 65 values.</summary>
    public const int Level = 2;

    /// <summary>The standard deviation of about the last 65 values.</summary>
    public const int Spread = 3;

    /// <summary>The mean of about the last 129 values.</summary>
    public const int Course = 4;

    /// <summary>The value's distance from what is usual at its time of the day or week.</summary>
    public const int Season = 5;

    public static AnomalyReasons Reason(int channel) => channel switch
    {
        Value => AnomalyReasons.Spike,
        Departure => AnomalyReasons.Spike,
        Level => AnomalyReasons.LevelShift,
        Course => AnomalyReasons.LevelShift | AnomalyReasons.Trend,
        Season => AnomalyReasons.Season,
        _ => AnomalyReasons.Variance,
    };
}
