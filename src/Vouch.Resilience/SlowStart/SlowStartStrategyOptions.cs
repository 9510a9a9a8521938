using System.ComponentModel.DataAnnotations;
using Vouch.Resilience.Keys;
using Vouch.Shared;

namespace Vouch.Resilience.SlowStart;

/// <summary>How the load on a back end that is new, or was down, rises: cold caches, pools and compilers cannot take all of it at once.</summary>
public sealed class SlowStartStrategyOptions : KeyedStrategyOptions
{
    /// <summary>Initializes options with their defaults.</summary>
    public SlowStartStrategyOptions() => Name = "SlowStart";

    /// <summary>Gets or sets how long the rise takes, from the first call that succeeds.</summary>
    /// <value>A duration in [100 milliseconds, 1 hour]. The default is 30 seconds.</value>
    [TimeSpanRange("00:00:00.100", "01:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how many calls may be under way at the beginning.</summary>
    /// <value>A number in [1, 1,000,000]. The default is 2.</value>
    [Range(1, 1_000_000)]
    public int InitialConcurrency { get; set; } = 2;

    /// <summary>Gets or sets how many calls may be under way just before the rise is over. After it there is no limit.</summary>
    /// <value>A number in [1, 1,000,000], at least <see cref="InitialConcurrency"/>. The default is 100.</value>
    [Range(1, 1_000_000)]
    public int FullConcurrency { get; set; } = 100;

    /// <summary>Gets or sets how many calls in a row must fail, transiently or by overload, for the back end to count as down, so that its next success begins a new rise.</summary>
    /// <value>A number in [1, 1,000,000]. The default is 10.</value>
    [Range(1, 1_000_000)]
    public int FailuresInARow { get; set; } = 10;
}
