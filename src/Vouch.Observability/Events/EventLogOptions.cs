using System.ComponentModel.DataAnnotations;

namespace Vouch.Observability.Events;

/// <summary>How much an event log keeps.</summary>
public sealed class EventLogOptions
{
    /// <summary>Gets or sets how many events are kept; the oldest make room.</summary>
    /// <value>A count in [1, 1,000,000]. The default is 1,000.</value>
    [Range(1, 1_000_000)]
    public int Capacity { get; set; } = 1_000;

    /// <summary>Gets or sets how long a message may be; longer ones are cut.</summary>
    /// <value>A count of characters in [16, 65,536]. The default is 1,024.</value>
    [Range(16, 65_536)]
    public int LongestMessage { get; set; } = 1_024;
}
