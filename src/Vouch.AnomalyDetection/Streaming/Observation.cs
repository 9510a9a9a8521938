namespace Vouch.AnomalyDetection.Streaming;

/// <summary>The judgement of one value.</summary>
/// <param name="Score">How anomalous, in [0, 1]. 0.5 is the line of every detector and budget: at or above it, and only there, an event begins. Never NaN.</param>
/// <param name="PValue">
/// The share of observations of this series that look at least as strange, from its own history, in [0, 1]. Held by feedback: over a long stream a share
/// <c>p</c> of the observations has a value at most <c>p</c>, whatever their distribution (see <see cref="StreamingDetector"/>).
/// </param>
/// <param name="Confidence">How much history the judgement rests on, in [0, 1): 0.5 when the history is just long enough to show what the budget calls rare.</param>
/// <param name="Expected">What was expected here, in units of the series; NaN never, the value itself while nothing is known.</param>
/// <param name="Lower">The lower end of what this series has shown about <paramref name="Expected"/>.</param>
/// <param name="Upper">The upper end of what this series has shown about <paramref name="Expected"/>.</param>
/// <param name="State">Where the series stands.</param>
/// <param name="Severity">How severe the open event is at this observation; <see cref="AnomalySeverity.None"/> without one. Under <see cref="AnomalyReasons.OverBudget"/> that of the new extreme.</param>
/// <param name="Reasons">What alarmed, while an event is open; or what would have alarmed, with <see cref="AnomalyReasons.OverBudget"/>.</param>
/// <param name="Since">When the open event began (or when data last came, under <see cref="AnomalyState.NoData"/>); null otherwise.</param>
public readonly record struct Observation(
    double Score,
    double PValue,
    double Confidence,
    double Expected,
    double Lower,
    double Upper,
    AnomalyState State,
    AnomalySeverity Severity,
    AnomalyReasons Reasons,
    DateTimeOffset? Since)
{
    /// <summary>Gets whether this observation alarms: the first of its event, and no other.</summary>
    public bool IsAlarm => Score >= 0.5;
}
