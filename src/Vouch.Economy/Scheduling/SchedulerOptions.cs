using System.ComponentModel.DataAnnotations;

namespace Vouch.Economy.Scheduling;

/// <summary>How long and how hard <see cref="PriceAwareListScheduler"/> searches.</summary>
public sealed class SchedulerOptions
{
    /// <summary>Gets or sets how many rounds of improvement follow the construction; each takes a few jobs out and puts them back better.</summary>
    /// <value>A count in [0, 1,000,000,000]. The default is 20,000. 0 keeps the best constructed schedule.</value>
    [Range(0, 1_000_000_000)]
    public int ImprovementRounds { get; set; } = 20_000;

    /// <summary>Gets or sets how many steps are spent on the lower bound and its capacity prices, which also guide the construction.</summary>
    /// <value>A count in [0, 100,000]. The default is 400. 0 leaves the bound that ignores capacities.</value>
    [Range(0, 100_000)]
    public int BoundIterations { get; set; } = 400;

    /// <summary>Gets or sets the time after which the search stops and returns the best schedule so far.</summary>
    /// <value>A duration in [1 ms, 1 day], or null (the default) for no limit. With a limit that is reached, the result depends on the machine's speed.</value>
    public TimeSpan? TimeBudget { get; set; }

    /// <summary>Gets or sets how many threads the search may use.</summary>
    /// <value>A count in [1, 1024], or null (the default) for as many as there are processors. It uses two at most, and without a reached time limit the result does not depend on it.</value>
    [Range(1, 1024)]
    public int? MaxDegreeOfParallelism { get; set; }

    /// <summary>Gets or sets whether a cancelled solve returns the best schedule so far instead of throwing.</summary>
    /// <value>The default is false. A solve that is cancelled before it has any plan throws in either case.</value>
    public bool KeepBestOnCancellation { get; set; }

    /// <summary>Gets or sets the seed of the search: same problem, options and seed, same schedule.</summary>
    /// <value>Any whole number. The default is 0.</value>
    public int Seed { get; set; }
}
