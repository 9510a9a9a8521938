using System.ComponentModel.DataAnnotations;

namespace Vouch.Economy.Scheduling;

/// <summary>How long and how hard <see cref="PriceAwareListScheduler"/> searches.</summary>
public sealed class SchedulerOptions
{
    /// <summary>Gets or sets how many rounds of improvement follow the construction; each takes a few jobs out and puts them back better.</summary>
    /// <value>A count in [0, 1,000,000,000]. The default is 10,000. 0 keeps the constructed and repaired schedule.</value>
    [Range(0, 1_000_000_000)]
    public int ImprovementRounds { get; set; } = 10_000;

    /// <summary>Gets or sets how many steps are spent on the lower bound and its capacity prices, which also guide the construction.</summary>
    /// <value>A count in [0, 100,000]. The default is 100. 0 leaves the bound that ignores capacities.</value>
    [Range(0, 100_000)]
    public int BoundIterations { get; set; } = 100;

    /// <summary>Gets or sets how many ejections are tried to find a place for the jobs that the construction left over.</summary>
    /// <value>A count in [0, 1,000,000,000]. The default is 2,000.</value>
    [Range(0, 1_000_000_000)]
    public int RepairSteps { get; set; } = 2_000;

    /// <summary>Gets or sets the time after which the search stops and returns the best schedule so far.</summary>
    /// <value>A duration in [1 ms, 1 day], or null (the default) for no limit. With a limit that is reached, the result depends on the machine's speed.</value>
    public TimeSpan? TimeBudget { get; set; }

    /// <summary>Gets or sets the seed of the search: same problem, options and seed, same schedule.</summary>
    /// <value>Any whole number. The default is 0.</value>
    public int Seed { get; set; }
}
