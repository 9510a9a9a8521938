using System.Diagnostics;

namespace Vouch.AnomalyDetection.Diagnostics;

/// <summary>The names to subscribe to.</summary>
public static class AnomalyTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Vouch.AnomalyDetection";

    /// <summary>The name of the activity source: one activity per table analysed and per backtest.</summary>
    public const string ActivitySourceName = "Vouch.AnomalyDetection";

    internal static ActivitySource Source { get; } = new(ActivitySourceName);
}
