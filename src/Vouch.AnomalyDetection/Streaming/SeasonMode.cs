namespace Vouch.AnomalyDetection.Streaming;

/// <summary>Which course of the time stamp a series is compared with.</summary>
public enum SeasonMode
{
    /// <summary>A day profile is learnt and used as one of the channels; without a daily course it does no harm.</summary>
    Auto,

    /// <summary>None: the smallest state per series.</summary>
    None,

    /// <summary>The hours of the day (12 parts, UTC).</summary>
    Day,

    /// <summary>The hours of the week (84 parts, UTC); takes a few weeks to learn.</summary>
    Week,
}
