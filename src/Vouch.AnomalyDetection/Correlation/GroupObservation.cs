namespace Vouch.AnomalyDetection.Correlation;

/// <summary>What a <see cref="MetricGroupDetector"/> says after a row.</summary>
/// <param name="State">Where the group stands.</param>
/// <param name="Score">The unusualness in [0, 1); the line is 0.5, where the p-value equals the significance chosen.</param>
/// <param name="PValue">The chance of so large a deviation of any metric under normal operation, corrected for the number of looks taken.</param>
/// <param name="TopMetric">The number of the metric that deviates most; -1 while learning.</param>
/// <param name="BrokenRelation">Whether that metric left its relation to the others rather than its own level.</param>
public readonly record struct GroupObservation(GroupState State, double Score, double PValue, int TopMetric, bool BrokenRelation);
