namespace Vouch.AnomalyDetection.ChangePoints;

/// <summary>What stays the same between two changes.</summary>
public enum ChangeModel
{
    /// <summary>The default: level or trend, whichever describes the series better for what it costs.</summary>
    Auto = 0,

    /// <summary>A constant level.</summary>
    Level = 1,

    /// <summary>A straight line; the next one may start elsewhere.</summary>
    Trend = 2,

    /// <summary>The variance about a running median; level changes are followed and not reported.</summary>
    Variance = 3,
}
