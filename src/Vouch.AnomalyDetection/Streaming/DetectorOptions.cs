using System.ComponentModel.DataAnnotations;
using Vouch.Shared;

namespace Vouch.AnomalyDetection.Streaming;

/// <summary>How a series is watched. The one option most series need is <see cref="FalseAlarmBudget"/>; there is no threshold to guess.</summary>
public sealed class DetectorOptions
{
    /// <summary>Gets or sets how many false alarms a week a series may raise on average. The line that scores are held against follows from it and from the sampling interval.</summary>
    /// <value>Alarms per week and series in [0.0001, 10,000]. The default is 1.</value>
    /// <remarks>
    /// A series sampled less often than 2,016 times a week (every five minutes) is held to the budget per 2,016 values instead: a weekly budget
    /// would otherwise let an hourly series alarm at every sixth new extreme of a day. Alarms are charged to an account that time pays back at the rate of the budget: where more come
    /// than it allows (beyond three at once, or a day's budget), the line rises by a nat for every two owed, until what is critical alone alarms. What is held back is told as
    /// <see cref="AnomalyReasons.OverBudget"/>.
    /// </remarks>
    [Range(0.0001, 10_000)]
    public double FalseAlarmBudget { get; set; } = 1;

    /// <summary>Gets or sets how many false alarms a week all series of a registry may raise together; null leaves only the budget per series.</summary>
    /// <value>Alarms per week in [0.0001, 1,000,000], or null (the default). It is shared out equally among the live series, and an account of the whole registry keeps it.</value>
    /// <remarks>Alarms within ten minutes (or a tenth of the distance that the budget allows, if that is less) are one incident, of which the k-th alarm is charged a k-th.</remarks>
    [Range(0.0001, 1_000_000)]
    public double? FleetFalseAlarmBudget { get; set; }

    /// <summary>Gets or sets which deviations may alarm.</summary>
    /// <value>The default is <see cref="AlarmDirection.Both"/>.</value>
    [EnumDataType(typeof(AlarmDirection))]
    public AlarmDirection Direction { get; set; }

    /// <summary>Gets or sets what judges the values.</summary>
    /// <value>The default is <see cref="DetectionMode.Statistical"/>, the only one of a registry.</value>
    [EnumDataType(typeof(DetectionMode))]
    public DetectionMode Mode { get; set; }

    /// <summary>Gets or sets which course of the time stamp values are compared with.</summary>
    /// <value>The default is <see cref="SeasonMode.Auto"/>: a day profile, and the days of the week where they matter. <see cref="SeasonMode.Search"/> finds other periods, at a price.</value>
    [EnumDataType(typeof(SeasonMode))]
    public SeasonMode Season { get; set; }

    /// <summary>Gets or sets how far beyond everything seen a value (or level, or spread) must lie to alarm, in units of the series.</summary>
    /// <value>A number in [0, 1e300]. The default is 0.</value>
    [Range(0, 1e300)]
    public double MinimumDeviation { get; set; }

    /// <summary>Gets or sets the same as a fraction of the size of the expected value.</summary>
    /// <value>A fraction in [0, 1,000,000]. The default is 0.</value>
    [Range(0, 1_000_000)]
    public double MinimumRelativeDeviation { get; set; }

    /// <summary>Gets or sets how many values a series, and each of its statistics, gives before it may alarm.</summary>
    /// <value>A count in [16, 100,000]. The default is 128.</value>
    [Range(16, 100_000)]
    public int WarmUp { get; set; } = 128;

    /// <summary>Gets or sets how many values after an alarm belong to the same event at least.</summary>
    /// <value>A count in [0, 100,000]. The default is 100.</value>
    [Range(0, 100_000)]
    public int EventLength { get; set; } = 100;

    /// <summary>Gets or sets how many values in a row must stay at a new level until it is taken for the new normal.</summary>
    /// <value>A count in [32, 1,000,000]. The default is 512.</value>
    [Range(32, 1_000_000)]
    public int RelearnAfter { get; set; } = 512;

    /// <summary>Gets or sets after what time without data <see cref="StreamingDetector.Tick"/> alarms.</summary>
    /// <value>A duration in [1 ms, 365 days], or null (the default) for 10 sampling intervals, at least a minute.</value>
    [TimeSpanRange("00:00:00.001", "365.00:00:00")]
    public TimeSpan? SilenceAfter { get; set; }

    /// <summary>Gets the times in which nothing alarms and nothing is learnt.</summary>
    /// <value>A list; empty by default.</value>
    public IList<MaintenanceWindow> Maintenance { get; } = [];
}
