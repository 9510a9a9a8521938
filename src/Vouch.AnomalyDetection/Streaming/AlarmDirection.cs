namespace Vouch.AnomalyDetection.Streaming;

/// <summary>Which deviations may alarm.</summary>
public enum AlarmDirection
{
    /// <summary>Upward and downward ones.</summary>
    Both,

    /// <summary>Only upward ones, such as a latency that rises.</summary>
    Up,

    /// <summary>Only downward ones, such as a success rate that falls.</summary>
    Down,
}
