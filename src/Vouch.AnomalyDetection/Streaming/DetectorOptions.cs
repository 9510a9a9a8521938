using System.ComponentModel.DataAnnotations;

namespace Vouch.AnomalyDetection.Streaming;

/// <summary>How a series is watched. The one option most series need is <see cref="FalseAlarmBudget"/>.</summary>
public sealed class DetectorOptions
{
    /// <summary>Gets or sets how many false alarms a week a series may raise on average; the limit that scores are held against follows from it.</summary>
    /// <value>Alarms per week and series in [0.0001, 10,000]. The default is 0.5: one false alarm a fortnight.</value>
    [Range(0.0001, 10_000)]
    public double FalseAlarmBudget { get; set; } = 0.5;
}
