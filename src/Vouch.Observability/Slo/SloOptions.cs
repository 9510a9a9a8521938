using System.ComponentModel.DataAnnotations;
using Vouch.Shared;

namespace Vouch.Observability.Slo;

/// <summary>How a <see cref="SloEngine"/> cuts time, what it holds back and how much it remembers.</summary>
public sealed class SloOptions
{
    /// <summary>Gets or sets the length of the slots that windows are made of. Alerts are judged on whole slots, once per slot.</summary>
    /// <value>A duration in [1 second, 1 hour]. The default is one minute.</value>
    [TimeSpanRange("00:00:01", "01:00:00")]
    public TimeSpan Resolution { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Gets or sets how many bad events in the long window are few: below this the low-traffic guard asks whether chance explains them, see <see cref="GuardSignificance"/>. From here on an alert
    /// fires by its rule alone.
    /// </summary>
    /// <value>A count in [0, 1,000,000]. The default is 20: a burn rate from 20 events is known to about ±22 %. 0 switches the guard off.</value>
    [Range(0, 1_000_000)]
    public int GuardEvents { get; set; } = 20;

    /// <summary>
    /// Gets or sets the significance of the low-traffic guard: an alert whose rule holds on few bad events is held back while a service exactly at its objective would show as many by chance
    /// more often than this. A failure of everything passes after one or two events, so the guard cannot hide an outage.
    /// </summary>
    /// <value>A probability in [0, 1]. The default is 0.001.</value>
    [Range(0.0, 1.0)]
    public double GuardSignificance { get; set; } = 0.001;

    /// <summary>Gets or sets how many ended violations are remembered per objective; the oldest are forgotten first, and counted.</summary>
    /// <value>A count in [0, 100,000]. The default is 100.</value>
    [Range(0, 100_000)]
    public int HistoryLength { get; set; } = 100;

    /// <summary>Gets or sets how many objectives may be declared.</summary>
    /// <value>A count in [1, 1,000,000]. The default is 10,000.</value>
    [Range(1, 1_000_000)]
    public int MaxObjectives { get; set; } = 10_000;
}
