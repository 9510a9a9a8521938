namespace Vouch.AnomalyDetection.Series;

/// <summary>How a <see cref="SeriesRegistry"/> is doing.</summary>
/// <param name="Series">The live series.</param>
/// <param name="WarmingUp">Those of them that cannot alarm yet.</param>
/// <param name="Silent">Those of them without data for too long, as of the last tick.</param>
/// <param name="Observations">The values observed so far.</param>
/// <param name="Missing">The values of them that were missing or no finite number.</param>
/// <param name="Alarms">The alarms raised so far.</param>
/// <param name="Acknowledged">The alarms that people have judged.</param>
/// <param name="FalseAlarms">Those of them judged false.</param>
/// <param name="DroppedAlarms">The alarms that slow readers lost.</param>
/// <param name="StateBytes">The memory that the state of the series takes, without names.</param>
/// <param name="Withheld">The new extremes that would have alarmed, had the budget not been used up (<see cref="Streaming.AnomalyReasons.OverBudget"/>).</param>
public sealed record RegistryHealth(
    int Series, int WarmingUp, int Silent, long Observations, long Missing, long Alarms, long Acknowledged, long FalseAlarms, long DroppedAlarms, long StateBytes,
    long Withheld)
{
    /// <summary>Gets whether nothing needs attention: no series is silent, no alarm was lost, and at most half of the judged alarms were false.</summary>
    public bool IsHealthy => Silent == 0 && DroppedAlarms == 0 && (Acknowledged < 4 || 2 * FalseAlarms <= Acknowledged);
}
