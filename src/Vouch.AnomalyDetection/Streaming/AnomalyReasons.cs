namespace Vouch.AnomalyDetection.Streaming;

/// <summary>What about a series is out of the ordinary.</summary>
[Flags]
public enum AnomalyReasons : short
{
    /// <summary>Nothing is.</summary>
    None = 0,

    /// <summary>The value itself, or its distance from the values just before it.</summary>
    Spike = 1,

    /// <summary>The mean of the last values.</summary>
    LevelShift = 2,

    /// <summary>The course over a longer time: the series drifts to where it never was.</summary>
    Trend = 4,

    /// <summary>The value at this time of the day or week.</summary>
    Season = 8,

    /// <summary>The spread of the last values.</summary>
    Variance = 16,

    /// <summary>Values are missing.</summary>
    Gap = 32,

    /// <summary>The relation to other series.</summary>
    Correlation = 64,

    /// <summary>It would have alarmed, had the false-alarm budget not been used up: it is told here and counted, but no alarm is raised. What is critical is never held back.</summary>
    OverBudget = 128,

    /// <summary>The pattern of the last values together (<see cref="DetectionMode.Forest"/>).</summary>
    Shape = 256,
}
