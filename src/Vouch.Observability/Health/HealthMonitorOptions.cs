using System.ComponentModel.DataAnnotations;
using Vouch.Shared;

namespace Vouch.Observability.Health;

/// <summary>How components are watched, where they do not say otherwise themselves.</summary>
public sealed class HealthMonitorOptions
{
    /// <summary>Gets or sets how long a check may take; after it the component is unhealthy, and the check is not started again while it still hangs.</summary>
    /// <value>A duration in [1 ms, 10 minutes]. The default is 5 seconds.</value>
    [TimeSpanRange("00:00:00.001", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how long a report is believed; after it the component is unknown.</summary>
    /// <value>A duration in [10 ms, 7 days]. The default is 1 minute.</value>
    [TimeSpanRange("00:00:00.010", "7.00:00:00")]
    public TimeSpan Expiry { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets how long the result of a check answers further questions without running it again.</summary>
    /// <value>A duration in [0, 1 hour]. The default is 1 second.</value>
    [TimeSpanRange("00:00:00", "01:00:00")]
    public TimeSpan MinimumInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how often all checks are run without being asked, once the host has started or <see cref="HealthMonitor.Start"/> was called.</summary>
    /// <value>A duration in [10 ms, 1 hour]. The default is 15 seconds.</value>
    [TimeSpanRange("00:00:00.010", "01:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets or sets whether a host runs the checks by itself from its start on.</summary>
    /// <value>The default is true.</value>
    public bool StartWithHost { get; set; } = true;

    /// <summary>Gets or sets whether a host watches what the process uses, as a component of the name <c>resources</c> that is not critical.</summary>
    /// <value>The default is true.</value>
    public bool WatchResources { get; set; } = true;

    /// <summary>Gets or sets how many worse reports in a row make a component worse.</summary>
    /// <value>A count in [1, 100]. The default is 1.</value>
    [Range(1, 100)]
    public int WorseAfter { get; set; } = 1;

    /// <summary>Gets or sets how many better reports in a row make a component better.</summary>
    /// <value>A count in [1, 100]. The default is 2.</value>
    [Range(1, 100)]
    public int BetterAfter { get; set; } = 2;

    /// <summary>Gets or sets by how much components that are not critical may lower the score together.</summary>
    /// <value>A share of the score in [0, 1]. The default is 0.25.</value>
    [Range(0.0, 1.0)]
    public double AuxiliaryShare { get; set; } = 0.25;
}
