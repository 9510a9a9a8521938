namespace Vouch.AnomalyDetection.Correlation;

/// <summary>Anomalies of several metrics that belong to one event.</summary>
/// <param name="Id">The number of the incident, from 1 in order of opening.</param>
/// <param name="Start">The time of the first anomaly.</param>
/// <param name="LastSeen">The time of the latest anomaly.</param>
/// <param name="Metrics">The metrics that took part, with the highest score of each; the first to deviate at the front.</param>
/// <param name="Peak">The highest score of all.</param>
public sealed record Incident(long Id, DateTimeOffset Start, DateTimeOffset LastSeen, IReadOnlyList<(string Metric, double Score)> Metrics, double Peak);
