using Microsoft.Extensions.Options;
using Vouch.Observability.Events;
using Vouch.Observability.Health;
using Vouch.Observability.Metrics;
using Vouch.Observability.Resources;
using Vouch.Observability.RootCause;
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

    /// <summary>Gets the options of the health monitor.</summary>
    [ValidateObjectMembers]
    public HealthMonitorOptions Health { get; } = new();

    /// <summary>Gets the options of the resource monitor.</summary>
    [ValidateObjectMembers]
    public ResourceMonitorOptions Resources { get; } = new();

    /// <summary>Gets the options of the event log.</summary>
    [ValidateObjectMembers]
    public EventLogOptions Events { get; } = new();

    /// <summary>Gets the options of the root cause analysis.</summary>
    [ValidateObjectMembers]
    public RootCauseOptions RootCause { get; } = new();
}
