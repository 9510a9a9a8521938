using System.ComponentModel.DataAnnotations;

namespace Vouch.Observability.Sampling;

/// <summary>What a collector listens to and how much it holds.</summary>
public sealed class TraceCollectorOptions
{
    /// <summary>Gets the names of the activity sources listened to; none for all.</summary>
    public IList<string> Sources { get; } = [];

    /// <summary>Gets or sets how many traces may be open at once; the one that began first makes room, and is counted.</summary>
    /// <value>A count in [1, 1,000,000]. The default is 1,000.</value>
    [Range(1, 1_000_000)]
    public int MaxOpenTraces { get; set; } = 1_000;

    /// <summary>Gets or sets how many spans of a trace are kept; further ones are counted.</summary>
    /// <value>A count in [1, 1,000,000]. The default is 1,000.</value>
    [Range(1, 1_000_000)]
    public int MaxSpansPerTrace { get; set; } = 1_000;

    /// <summary>Gets or sets the share of a type's traces that are not slow.</summary>
    /// <value>A fraction in [0.5, 0.9999]. The default is 0.99.</value>
    [Range(0.5, 0.9999)]
    public double SlowQuantile { get; set; } = 0.99;

    /// <summary>Gets or sets how many types have their own limit of what is slow; traces of further types are never slow.</summary>
    /// <value>A count in [1, 100,000]. The default is 1,000.</value>
    [Range(1, 100_000)]
    public int MaxTypes { get; set; } = 1_000;
}
