using System.ComponentModel.DataAnnotations;

namespace Vouch.Economy.ProjectScheduling;

/// <summary>How long <see cref="GeneticProjectScheduler"/> searches.</summary>
public sealed class ProjectSchedulerOptions
{
    /// <summary>Gets or sets how many schedules are generated at most; each pass of a generation scheme, forward or backward, counts as one, and as many narrowed start windows as there are activities in the exact search.</summary>
    /// <value>A count in [1, 1,000,000,000]. The default is 50,000. It also sets the size of the population.</value>
    [Range(1, 1_000_000_000)]
    public long ScheduleLimit { get; set; } = 50_000;

    /// <summary>Gets or sets the time after which the search stops and returns the best schedule so far.</summary>
    /// <value>A duration in [1 ms, 1 day], or null (the default) for no limit but <see cref="ScheduleLimit"/>. With a limit of time, the result depends on the machine's speed.</value>
    public TimeSpan? TimeBudget { get; set; }

    /// <summary>Gets or sets the seed of the search: same project, options and seed, same schedule.</summary>
    /// <value>Any whole number. The default is 0.</value>
    public int Seed { get; set; }
}
