namespace Vouch.AnomalyDetection.Streaming;

/// <summary>How far beyond the line an anomaly lies, as a ratio of chances.</summary>
public enum AnomalySeverity : byte
{
    /// <summary>No anomaly.</summary>
    None,

    /// <summary>As rare as the false-alarm budget allows.</summary>
    Low,

    /// <summary>At least 10 times rarer than the budget.</summary>
    Medium,

    /// <summary>At least 1,000 times rarer than the budget.</summary>
    High,

    /// <summary>At least 1,000,000 times rarer than the budget.</summary>
    Critical,
}
