using System.ComponentModel.DataAnnotations;
using Vouch.Shared;

namespace Vouch.Observability.Sampling;

/// <summary>The budget of an adaptive sampler.</summary>
public sealed class AdaptiveSamplerOptions
{
    /// <summary>Gets or sets how many traces are kept per window: exactly so many where so many were offered, all where fewer were.</summary>
    /// <value>A count in [8, 1,000,000]. The default is 100.</value>
    [Range(8, 1_000_000)]
    public int Budget { get; set; } = 100;

    /// <summary>Gets or sets the window the budget is for; decisions are final at its end.</summary>
    /// <value>A duration in [1 s, 1 hour]. The default is 1 minute.</value>
    [TimeSpanRange("00:00:01", "01:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);
}
