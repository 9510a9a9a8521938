using System.ComponentModel.DataAnnotations;
using Vouch.Shared;

namespace Vouch.AnomalyDetection.Diagnostics;

/// <summary>Which instruments of <see cref="System.Diagnostics.Metrics"/> are watched, and how often.</summary>
public sealed class InstrumentWatcherOptions
{
    /// <summary>Gets the beginnings of the names of the meters that are watched.</summary>
    /// <value>Names such as <c>System.Net.Http</c>; empty by default, which watches nothing.</value>
    public IList<string> Meters { get; } = [];

    /// <summary>Gets or sets how often an instrument's measurements are summed up into one value of its series.</summary>
    /// <value>A duration in [10 ms, 1 day]. The default is one minute.</value>
    [TimeSpanRange("00:00:00.010", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets how many series (instruments by their tags) are watched at most; further ones are passed over and counted.</summary>
    /// <value>A count in [1, 10,000,000]. The default is 10,000.</value>
    [Range(1, 10_000_000)]
    public int MaxSeries { get; set; } = 10_000;
}
