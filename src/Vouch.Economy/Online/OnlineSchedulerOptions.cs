using System.ComponentModel.DataAnnotations;

namespace Vouch.Economy.Online;

/// <summary>How <see cref="OnlineScheduler"/> weighs change against saving.</summary>
public sealed class OnlineSchedulerOptions
{
    /// <summary>Gets or sets what a planned start must save before it is moved, as a share of what the rest of the job costs.</summary>
    /// <value>A fraction in [0, 1]. The default is 0.02.</value>
    [Range(0, 1)]
    public double MoveThreshold { get; set; } = 0.02;

    /// <summary>Gets or sets what stopping a running, preemptible job costs on top of its resume overhead, as a share of what the rest of the job costs: running work is kept unless it saves more.</summary>
    /// <value>A fraction in [0, 10]. The default is 0.1.</value>
    [Range(0, 10)]
    public double SwitchingCost { get; set; } = 0.1;

    /// <summary>Gets or sets how many waiting jobs one event looks at again.</summary>
    /// <value>A count in [0, 1,000,000]. The default is 32. The jobs take turns; <see cref="OnlineScheduler.Improve"/> looks at more.</value>
    [Range(0, 1_000_000)]
    public int LooksPerEvent { get; set; } = 32;

    /// <summary>Gets or sets the largest share of the jobs that one event moves without being the reason for it.</summary>
    /// <value>A fraction in [0, 1]. The default is 0.02. At least one may always move.</value>
    [Range(0, 1)]
    public double MovesPerEvent { get; set; } = 0.02;

    /// <summary>Gets or sets how often a job may be put off for others before it keeps its place.</summary>
    /// <value>A count in [0, 1,000]. The default is 8.</value>
    [Range(0, 1_000)]
    public int MaxDisplacements { get; set; } = 8;

    /// <summary>
    /// Gets or sets by how much the whole may cost more than running every job at once, whatever happens to capacity, as a share of the penalties of all jobs that came (at least what the
    /// dearest of them can cost): the safeguard of <see cref="OnlineScheduler"/>. What is not risked is not gained either: the smaller, the less is waited for cheap hours.
    /// </summary>
    /// <value>A fraction in [0, 10], or null for no safeguard. The default is 0.3.</value>
    [Range(0, 10)]
    public double? SafeguardAllowance { get; set; } = 0.3;

    /// <summary>Gets or sets how long capacity is expected to hold before it falls below what a job needs, until enough was seen to tell.</summary>
    /// <value>A duration of 1 minute to 10 years. The default is one day.</value>
    public TimeSpan ExpectedUptime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Gets or sets how long a checkpoint of a preemptible job takes on machines that may vanish.</summary>
    /// <value>0 to 1 day. The default is 0: whatever ran up to the slot in which it is stopped is safe. Above that, what ran since the last checkpoint is lost where capacity falls or a worker fails.</value>
    public TimeSpan CheckpointCost { get; set; }

    /// <summary>Gets or sets how long it takes to resume from a checkpoint, on top of the job's own overhead; whole slots, rounded up.</summary>
    /// <value>0 to 1 day. The default is 0. Counts where <see cref="CheckpointCost"/> is above 0.</value>
    public TimeSpan RestartCost { get; set; }

    /// <summary>Gets or sets how long is worked between two checkpoints.</summary>
    /// <value>1 second to 10 years, or null (the default) for what loses least at the time between failures seen so far (<see cref="CheckpointInterval.Daly"/>).</value>
    public TimeSpan? CheckpointEvery { get; set; }
}
