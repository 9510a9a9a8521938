namespace Vouch.Observability.Health;

/// <summary>The tags by which checks are told apart, as ASP.NET Core's documentation and Kubernetes use them.</summary>
public static class HealthTags
{
    /// <summary>A failure is cured by a restart.</summary>
    public const string Liveness = "live";

    /// <summary>A failure is cured by giving the process no work for a while.</summary>
    public const string Readiness = "ready";

    /// <summary>It has to pass once after the start.</summary>
    public const string Startup = "startup";
}
