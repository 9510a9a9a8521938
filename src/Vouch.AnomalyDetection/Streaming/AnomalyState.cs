namespace Vouch.AnomalyDetection.Streaming;

/// <summary>Where a series stands after an observation.</summary>
public enum AnomalyState : byte
{
    /// <summary>Too little history for a judgement: nothing alarms yet.</summary>
    WarmingUp,

    /// <summary>As expected.</summary>
    Normal,

    /// <summary>An event begins here: the one observation of the event that alarms.</summary>
    Anomalous,

    /// <summary>The event that has alarmed goes on; it does not alarm again.</summary>
    StillAnomalous,

    /// <summary>The series is back where it was before the event.</summary>
    Recovered,

    /// <summary>No value, or one that is no finite number; or none came for longer than <see cref="DetectorOptions.SilenceAfter"/>.</summary>
    NoData,

    /// <summary>The event has lasted so long that its level is being taken for the new normal.</summary>
    Relearning,
}
