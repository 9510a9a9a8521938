namespace Vouch.Observability.Health;

/// <summary>What is asked, which decides which components answer.</summary>
public enum HealthProbe
{
    /// <summary>How is the whole? Every component answers.</summary>
    All = 0,

    /// <summary>Must the process be restarted? Components tagged <see cref="HealthTags.Liveness"/>; without any, being able to answer is enough.</summary>
    Liveness = 1,

    /// <summary>May it be given work? Components tagged <see cref="HealthTags.Readiness"/> or with none of the three tags, and those tagged <see cref="HealthTags.Startup"/> until they have once been healthy.</summary>
    Readiness = 2,

    /// <summary>Has it started? Components tagged <see cref="HealthTags.Startup"/>; one that has once been healthy has started for good.</summary>
    Startup = 3,
}
