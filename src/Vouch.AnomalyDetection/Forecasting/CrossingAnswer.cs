namespace Vouch.AnomalyDetection.Forecasting;

/// <summary>What a forecast says about a threshold.</summary>
public enum CrossingAnswer
{
    /// <summary>The trend reaches the threshold within the horizon.</summary>
    Expected = 0,

    /// <summary>The trend does not reach it within the horizon, but the upper edge of its interval does.</summary>
    Possible = 1,

    /// <summary>Even the upper edge of the interval stays clear within the horizon.</summary>
    NotInSight = 2,

    /// <summary>The trend stands at or beyond the threshold already.</summary>
    Crossed = 3,

    /// <summary>There are fewer than ten finite values.</summary>
    InsufficientEvidence = 4,
}
