namespace Vouch.Observability.Health;

/// <summary>How a system is, and why.</summary>
/// <param name="Probe">What was asked.</param>
/// <param name="State">The state of the worst critical component; degraded where that is healthy and another component is not.</param>
/// <param name="Score">The score, in [0, 1]; see <see cref="HealthScore"/>.</param>
/// <param name="CheckedAt">When.</param>
/// <param name="Reasons">What is wrong, the most important first; empty where all is well.</param>
/// <param name="Components">The components that answered, the critical ones first, each group the worst first.</param>
public sealed record SystemHealth(
    HealthProbe Probe,
    HealthState State,
    double Score,
    DateTimeOffset CheckedAt,
    IReadOnlyList<string> Reasons,
    IReadOnlyList<ComponentHealth> Components)
{
    /// <summary>Gets whether the answer to the probe is yes: nothing critical is unhealthy or unknown.</summary>
    public bool Passes => State >= HealthState.Degraded;
}
