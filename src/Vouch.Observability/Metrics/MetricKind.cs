namespace Vouch.Observability.Metrics;

/// <summary>What a metric measures.</summary>
public enum MetricKind
{
    /// <summary>A sum that only grows.</summary>
    Counter,

    /// <summary>A value that goes up and down.</summary>
    Gauge,

    /// <summary>The distribution of values since the start.</summary>
    Histogram,

    /// <summary>The distribution of values in a sliding window, and since the start.</summary>
    Summary,
}
