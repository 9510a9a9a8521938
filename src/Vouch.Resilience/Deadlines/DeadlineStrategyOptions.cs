using System.ComponentModel.DataAnnotations;
using Polly;
using Vouch.Shared;

namespace Vouch.Resilience.Deadlines;

/// <summary>How much time a call has, and what an attempt needs of it.</summary>
public sealed class DeadlineStrategyOptions : ResilienceStrategyOptions
{
    /// <summary>Initializes options with their defaults.</summary>
    public DeadlineStrategyOptions() => Name = "Deadline";

    /// <summary>Gets or sets how long a call may take in all.</summary>
    /// <value>A duration in [1 ms, 1 day]. The default is 30 seconds. <see cref="Admission.CallProperties.TimeLeft"/> shortens it for one call.</value>
    [TimeSpanRange("00:00:00.001", "1.00:00:00")]
    [Required]
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how much time must be left for an attempt to be made.</summary>
    /// <value>A duration in [0, 1 day], less than <see cref="TotalTimeout"/>. The default is 1 ms.</value>
    [TimeSpanRange("00:00:00", "1.00:00:00")]
    public TimeSpan LeastForAttempt { get; set; } = TimeSpan.FromMilliseconds(1);
}
