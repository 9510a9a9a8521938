namespace Vouch.Observability.Health;

/// <summary>How one component is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">Its state.</param>
/// <param name="Cause">Where that comes from.</param>
/// <param name="Score">Its share of full health, in [0, 1]: healthy 1, degraded 0.5, unknown 0.25, unhealthy 0, or less where its check said so.</param>
/// <param name="IsCritical">Whether the system needs it.</param>
/// <param name="Age">How long ago it last reported; null where it never did.</param>
/// <param name="Duration">How long its last check took.</param>
/// <param name="Description">What its check said, which may hold details that are not for everybody; null where it said nothing.</param>
/// <param name="Error">The type of what its check threw; null where it did not.</param>
public sealed record ComponentHealth(
    string Name,
    HealthState State,
    HealthCause Cause,
    double Score,
    bool IsCritical,
    TimeSpan? Age,
    TimeSpan Duration,
    string? Description = null,
    string? Error = null)
{
    /// <summary>Gets the state in words that hold no detail of the check, safe to show to anybody.</summary>
    public string Reason => Cause switch
    {
        HealthCause.Threw => $"{Name} is {Word}: its check failed",
        HealthCause.TimedOut => $"{Name} is {Word}: its check did not answer in time",
        HealthCause.Expired => $"{Name} is unknown: it no longer reports",
        HealthCause.NeverReported => $"{Name} is unknown: it has not reported yet",
        HealthCause.Recovering => $"{Name} is {Word}, and recovering",
        HealthCause.Wavering => $"{Name} is {Word}, and failing",
        _ => $"{Name} is {Word}",
    };

    private string Word => State switch
    {
        HealthState.Healthy => "healthy",
        HealthState.Degraded => "degraded",
        HealthState.Unknown => "unknown",
        _ => "unhealthy",
    };
}
