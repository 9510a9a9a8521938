namespace Vouch.Observability.Metrics;

/// <summary>Holds the metrics of a process.</summary>
public sealed class MetricRegistry;
