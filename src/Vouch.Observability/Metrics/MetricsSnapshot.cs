namespace Vouch.Observability.Metrics;

/// <summary>All series of a registry at one time.</summary>
/// <param name="At">The time.</param>
/// <param name="Points">The series, by name and in the order in which they were made; overflow series last of their name.</param>
/// <param name="Overflowed">How many measurements by name, and requests for handles, met a limit and went to an overflow series.</param>
/// <remarks>Each figure is exact; taken while others record, the figures may stand for instants some microseconds apart.</remarks>
public sealed record MetricsSnapshot(DateTimeOffset At, IReadOnlyList<MetricPoint> Points, long Overflowed);
