using System.ComponentModel.DataAnnotations;

namespace Vouch.Optimizer.Guarantees;

/// <summary>How a <see cref="GuaranteeMonitor"/> watches.</summary>
public sealed class GuaranteeMonitorOptions
{
    /// <summary>Gets or sets the chance of ever raising an alarm, over all endpoints and all time, while nothing is worse than predicted.</summary>
    /// <value>A fraction in [1e-6, 0.5]. The default is 0.05.</value>
    [Range(1e-6, 0.5)]
    public double FalseAlarmRate { get; set; } = 0.05;

    /// <summary>Gets or sets by how much predictions may be too high before that counts as worse than predicted.</summary>
    /// <value>A probability in [0, 0.5]. The default is 0.02.</value>
    [Range(0, 0.5)]
    public double Tolerance { get; set; } = 0.02;

    /// <summary>Gets or sets among how many outcomes, counted back, a duplicate is recognised.</summary>
    /// <value>A count in [64, 16,777,216]. The default is 65,536.</value>
    [Range(64, 1 << 24)]
    public int Memory { get; set; } = 65_536;
}
