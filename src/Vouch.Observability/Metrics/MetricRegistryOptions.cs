using System.ComponentModel.DataAnnotations;
using Vouch.Shared;

namespace Vouch.Observability.Metrics;

/// <summary>How much a <see cref="MetricRegistry"/> may hold, and how its sliding windows are cut.</summary>
public sealed class MetricRegistryOptions
{
    /// <summary>Gets or sets how many metrics, by name, there are at most; measurements under further names are counted together as overflow.</summary>
    /// <value>A count in [1, 1,000,000]. The default is 1,000.</value>
    [Range(1, 1_000_000)]
    public int MaxMetrics { get; set; } = 1_000;

    /// <summary>Gets or sets how many series, by tags, one metric has at most; measurements under further tags go to its overflow series.</summary>
    /// <value>A count in [1, 1,000,000]. The default is 2,000, as in OpenTelemetry.</value>
    [Range(1, 1_000_000)]
    public int MaxSeriesPerMetric { get; set; } = 2_000;

    /// <summary>Gets or sets how long the sliding window of a summary is.</summary>
    /// <value>A duration in [1 second, 1 day]. The default is 10 minutes.</value>
    [TimeSpanRange("00:00:01", "1.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets or sets into how many slices that window is cut: it slides by one slice at a time.</summary>
    /// <value>A count in [2, 120]. The default is 10.</value>
    [Range(2, 120)]
    public int WindowSlices { get; set; } = 10;
}
