using Vouch.Statistics.Sketches;

namespace Vouch.Observability.Metrics;

/// <summary>What a series held when a snapshot was taken.</summary>
/// <param name="Series">The series.</param>
/// <param name="Value">The value of a counter or gauge; NaN of a distribution.</param>
/// <param name="Distribution">The values since the start; null of a counter or gauge.</param>
/// <param name="Sum">The sum of the finite values of a distribution.</param>
public sealed record MetricPoint(MetricSeries Series, double Value, QuantileSketch? Distribution, double Sum)
{
    /// <summary>Gets the sliding window of a summary; null of others.</summary>
    public SlidingWindow? Window { get; init; }
}
