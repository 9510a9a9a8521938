namespace Vouch.Execution.Diagnostics;

/// <summary>The names under which Vouch.Execution reports.</summary>
public static class ExecutionTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Vouch.Execution";

    /// <summary>The name of the activity source: one activity per job.</summary>
    public const string ActivitySourceName = "Vouch.Execution";
}
