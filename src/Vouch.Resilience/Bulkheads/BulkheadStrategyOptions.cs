using System.ComponentModel.DataAnnotations;
using Vouch.Resilience.Keys;

namespace Vouch.Resilience.Bulkheads;

/// <summary>How many calls of one key may be under way, so that no key takes all there is.</summary>
public sealed class BulkheadStrategyOptions : KeyedStrategyOptions
{
    /// <summary>Initializes options with their defaults.</summary>
    public BulkheadStrategyOptions() => Name = "Bulkhead";

    /// <summary>Gets or sets how many calls of a key may be under way at once. One more is refused.</summary>
    /// <value>A number in [1, 1,000,000]. The default is 10.</value>
    [Range(1, 1_000_000)]
    public int MaxConcurrency { get; set; } = 10;
}
