namespace Vouch.Observability.Health;

/// <summary>Where a component's state comes from.</summary>
public enum HealthCause
{
    /// <summary>Its check, or the component itself, said so.</summary>
    Reported = 0,

    /// <summary>Its check threw.</summary>
    Threw = 1,

    /// <summary>Its check did not answer in time.</summary>
    TimedOut = 2,

    /// <summary>Its last report is too old.</summary>
    Expired = 3,

    /// <summary>It has not reported yet.</summary>
    NeverReported = 4,

    /// <summary>It reports better than this, but not often enough in a row yet.</summary>
    Recovering = 5,

    /// <summary>It reports worse than this, but not often enough in a row yet.</summary>
    Wavering = 6,
}
