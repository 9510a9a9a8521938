namespace Vouch.Security.Diagnostics;

/// <summary>The names to subscribe to.</summary>
public static class SecurityTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Vouch.Security";
}
