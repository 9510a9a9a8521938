using System.ComponentModel.DataAnnotations;
using Polly;
using Vouch.Shared;

namespace Vouch.Resilience.Queues;

/// <summary>How many calls may be under way, and who waits, who goes first and who is shed when there are more.</summary>
public sealed class FairQueueStrategyOptions : ResilienceStrategyOptions
{
    /// <summary>Initializes options with their defaults.</summary>
    public FairQueueStrategyOptions() => Name = "FairQueue";

    /// <summary>Gets or sets how many calls may be under way at once. One more waits.</summary>
    /// <value>A number in [1, 1,000,000]. The default is 100.</value>
    [Range(1, 1_000_000)]
    public int MaxConcurrency { get; set; } = 100;

    /// <summary>Gets or sets how many calls may wait. When one more comes, a waiting call of lower priority, or of the tenant of the same priority that has most waiting, makes way; else the newcomer is refused.</summary>
    /// <value>A number in [0, 1,000,000]. The default is 1,000.</value>
    [Range(0, 1_000_000)]
    public int MaxWaiting { get; set; } = 1_000;

    /// <summary>Gets or sets how long a call may wait. <see cref="Admission.CallProperties.TimeLeft"/> of a call shortens it.</summary>
    /// <value>A duration in [1 millisecond, 1 hour]. The default is 10 seconds.</value>
    [TimeSpanRange("00:00:00.001", "01:00:00")]
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(10);
}
