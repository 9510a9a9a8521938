using Microsoft.Extensions.Options;
using Vouch.Observability.Metrics;
using Vouch.Observability.Slo;

namespace Vouch.Observability;

/// <summary>The options of the package, one group per part.</summary>
public sealed class ObservabilityOptions
{
    /// <summary>Gets the options of the metrics registry.</summary>
    [ValidateObjectMembers]
    public MetricRegistryOptions Metrics { get; } = new();

    /// <summary>Gets the options of the SLO engine.</summary>
    [ValidateObjectMembers]
    public SloOptions Slo { get; } = new();
}
