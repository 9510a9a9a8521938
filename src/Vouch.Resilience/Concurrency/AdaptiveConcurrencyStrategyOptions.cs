using System.ComponentModel.DataAnnotations;
using Vouch.Resilience.Keys;

namespace Vouch.Resilience.Concurrency;

/// <summary>How many calls per key may be under way at once, found from their latency and time-outs.</summary>
public sealed class AdaptiveConcurrencyStrategyOptions : KeyedStrategyOptions
{
    /// <summary>Initializes options with their defaults.</summary>
    public AdaptiveConcurrencyStrategyOptions() => Name = "AdaptiveConcurrency";

    /// <summary>Gets or sets the limit of a key that is new.</summary>
    /// <value>A number in [1, 1,000,000]. The default is 20.</value>
    [Range(1, 1_000_000)]
    public int InitialLimit { get; set; } = 20;

    /// <summary>Gets or sets the least limit.</summary>
    /// <value>A number in [1, 1,000,000], at most <see cref="InitialLimit"/>. The default is 1.</value>
    [Range(1, 1_000_000)]
    public int MinLimit { get; set; } = 1;

    /// <summary>Gets or sets the greatest limit.</summary>
    /// <value>A number in [1, 1,000,000], at least <see cref="InitialLimit"/>. The default is 10,000.</value>
    [Range(1, 1_000_000)]
    public int MaxLimit { get; set; } = 10_000;

    /// <summary>Gets or sets the multiple of its baseline from which on latency counts as overload.</summary>
    /// <value>A number in [1.1, 100]. The default is 2.</value>
    [Range(1.1, 100.0)]
    public double LatencyTolerance { get; set; } = 2;
}
