namespace Vouch.Observability.Diagnostics;

/// <summary>The names to subscribe to.</summary>
public static class ObservabilityTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Vouch.Observability";

    /// <summary>The name of the activity source.</summary>
    public const string ActivitySourceName = "Vouch.Observability";
}
