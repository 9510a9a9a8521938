namespace Vouch.AnomalyDetection.Streaming;

/// <summary>Named sets of judges for one series. Each judge turns its statistics into chances on their own history; no mode counts votes.</summary>
/// <remarks>
/// A forest takes about half a megabyte a series and some ten microseconds a value, allocates when it is grown again, and cannot be kept by a registry of millions: modes with a forest are for
/// <see cref="StreamingDetector"/>.
/// </remarks>
public enum DetectionMode
{
    /// <summary>The default: six statistics of the series against their ranges. About a tenth of a microsecond and 256 bytes.</summary>
    Statistical,

    /// <summary>
    /// An isolation forest over the last eight values together, grown again every 256 values on a sample of the last 1,024: it sees patterns that stay within the range of every single statistic. Judges after
    /// 256 values and a warm-up.
    /// </summary>
    Forest,

    /// <summary>Both, each with half of the budget. What both see is one event.</summary>
    Ensemble,

    /// <summary>Both, sharing the budget by what <see cref="StreamingDetector.Acknowledge"/> says of their alarms: each false one halves the odds of the judge that raised it, each true one doubles them; neither falls below a tenth.</summary>
    Adaptive,
}
