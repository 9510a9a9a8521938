namespace Vouch.TrustEngine.Diagnostics;

/// <summary>The names under which the package reports what it does.</summary>
public static class TrustEngineTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Vouch.TrustEngine";

    /// <summary>The name of the activity source.</summary>
    public const string ActivitySourceName = "Vouch.TrustEngine";

    /// <summary>Counter, <c>{observation}</c>: checks recorded in a reputation ledger; attribute <see cref="OutcomeAttribute"/> is <c>correct</c> or <c>wrong</c>.</summary>
    public const string Observations = "vouch.trust.observations";

    /// <summary>Counter, <c>{worker}</c>: workers suspended.</summary>
    public const string Suspensions = "vouch.trust.suspensions";

    /// <summary>Counter, <c>{decision}</c>: consensus decisions; attribute <see cref="OutcomeAttribute"/> is <c>promised</c> or <c>insufficient</c>.</summary>
    public const string Decisions = "vouch.trust.decisions";

    /// <summary>Counter, <c>{entry}</c>: entries appended to an audit log.</summary>
    public const string AuditAppends = "vouch.trust.audit.appends";

    /// <summary>Histogram, <c>s</c>: how long an audit log took to force its entries to the disk.</summary>
    public const string AuditFlushDuration = "vouch.trust.audit.flush.duration";

    /// <summary>The attribute that names how something came out.</summary>
    public const string OutcomeAttribute = "vouch.trust.outcome";
}
