using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Vouch.Observability.Sampling;

/// <summary>Which traces a host collects.</summary>
public sealed class TraceSamplingOptions
{
    /// <summary>Gets or sets which traces are kept.</summary>
    /// <value>The default is <see cref="SamplerKind.Adaptive"/>.</value>
    [EnumDataType(typeof(SamplerKind))]
    public SamplerKind Sampler { get; set; } = SamplerKind.Adaptive;

    /// <summary>Gets or sets the share of traces that <see cref="SamplerKind.Random"/> keeps, and <see cref="SamplerKind.ErrorBased"/> of those that are neither failed nor slow.</summary>
    /// <value>A fraction in [1E-9, 1]. The default is 0.1.</value>
    [Range(1e-9, 1.0)]
    public double Probability { get; set; } = 0.1;

    /// <summary>Gets the budget of <see cref="SamplerKind.Adaptive"/>.</summary>
    [ValidateObjectMembers]
    public AdaptiveSamplerOptions Adaptive { get; } = new();

    /// <summary>Gets what is listened to and how much is held.</summary>
    [ValidateObjectMembers]
    public TraceCollectorOptions Collector { get; } = new();
}
