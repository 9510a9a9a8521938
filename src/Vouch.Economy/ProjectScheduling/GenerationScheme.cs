namespace Vouch.Economy.ProjectScheduling;

/// <summary>How a schedule is built from priorities.</summary>
/// <remarks>Source: R. Kolisch, <i>Serial and parallel resource-constrained project scheduling methods revisited</i>, European Journal of Operational Research 90, 1996.</remarks>
public enum GenerationScheme
{
    /// <summary>One activity after another, each at its earliest fit. Some list of activities always gives a shortest schedule.</summary>
    Serial = 0,

    /// <summary>One point in time after another: whatever fits starts. Often shorter at the first try, but the shortest schedule may be out of reach.</summary>
    Parallel = 1,
}
