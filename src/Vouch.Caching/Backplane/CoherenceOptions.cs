using System.ComponentModel.DataAnnotations;
using Vouch.Shared;

namespace Vouch.Caching.Backplane;

/// <summary>How long a node may trust its memory without word from the backplane.</summary>
public sealed class CoherenceOptions
{
    /// <summary>Gets or sets how long a node serves its memory after the last reading of the log that succeeded, counted from when that reading was sent. It is also how long a value
    /// that was just fetched is served while the backplane cannot be reached. No removal is missed for longer than this.</summary>
    /// <value>A duration in [10 ms, 1 day], above <see cref="HeartbeatInterval"/>. The default is 5 seconds.</value>
    [TimeSpanRange("00:00:00.010", "1.00:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how often the log is read, pushes apart.</summary>
    /// <value>A duration in [5 ms, 12 hours]. The default is 1 second.</value>
    [TimeSpanRange("00:00:00.005", "12:00:00")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how many removed keys and tags a node remembers one by one. Beyond that it forgets the older half and refuses everything that was made before them.</summary>
    /// <value>A count in [16, 10000000]. The default is 100,000.</value>
    [Range(16, 10_000_000)]
    public int MaxRememberedRemovals { get; set; } = 100_000;
}
