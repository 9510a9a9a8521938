namespace Vouch.Observability.Slo;

/// <summary>What an indicator counts.</summary>
public enum IndicatorKind
{
    /// <summary>Events that their reporter calls good or bad.</summary>
    Events,

    /// <summary>Values, each compared with a threshold.</summary>
    Threshold,

    /// <summary>Slices of time, each judged by the share of its events.</summary>
    TimeSlices,
}
