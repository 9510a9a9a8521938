using System.Diagnostics;

namespace Vouch.Economy.Diagnostics;

/// <summary>The names to subscribe to.</summary>
public static class EconomyTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Vouch.Economy";

    /// <summary>The name of the activity source.</summary>
    public const string ActivitySourceName = "Vouch.Economy";

    internal static ActivitySource Source { get; } = new(ActivitySourceName);
}
