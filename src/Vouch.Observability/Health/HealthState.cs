namespace Vouch.Observability.Health;

/// <summary>How a component or a system is. Greater is better.</summary>
public enum HealthState
{
    /// <summary>It does not do its work.</summary>
    Unhealthy = 0,

    /// <summary>Nothing recent is known: it never reported, or not for too long.</summary>
    Unknown = 1,

    /// <summary>It does its work, but worse than it should.</summary>
    Degraded = 2,

    /// <summary>It does its work.</summary>
    Healthy = 3,
}
