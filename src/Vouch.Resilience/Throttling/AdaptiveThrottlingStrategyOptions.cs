using System.ComponentModel.DataAnnotations;
using Vouch.Resilience.Keys;
using Vouch.Shared;

namespace Vouch.Resilience.Throttling;

/// <summary>How calls are refused at the source once a back end refuses many.</summary>
public sealed class AdaptiveThrottlingStrategyOptions : KeyedStrategyOptions
{
    /// <summary>Initializes options with their defaults.</summary>
    public AdaptiveThrottlingStrategyOptions() => Name = "AdaptiveThrottling";

    /// <summary>Gets or sets how many calls are made for each that the back end accepts.</summary>
    /// <value>A number in [1.01, 100]. The default is 2: lower refuses more at the source, higher lets more reach the back end.</value>
    [Range(1.01, 100.0)]
    public double Multiplier { get; set; } = 2;

    /// <summary>Gets or sets how many calls of a key in a window are never refused.</summary>
    /// <value>A number in [0, 1,000,000]. The default is 10.</value>
    [Range(0, 1_000_000)]
    public int MinimumThroughput { get; set; } = 10;

    /// <summary>Gets or sets over how long calls are remembered; older ones fade.</summary>
    /// <value>A duration in [100 ms, 1 day]. The default is 30 seconds.</value>
    [TimeSpanRange("00:00:00.100", "1.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets the seed of the draws.</summary>
    /// <value>Any number; null, the default, draws one.</value>
    public int? Seed { get; set; }
}
