using System.ComponentModel.DataAnnotations;
using Vouch.Resilience.Keys;
using Vouch.Shared;

namespace Vouch.Resilience.Breakers;

/// <summary>When the breaker of a key opens, and how it comes back.</summary>
public sealed class KeyedBreakerStrategyOptions : KeyedStrategyOptions
{
    /// <summary>Initializes options with their defaults.</summary>
    public KeyedBreakerStrategyOptions() => Name = "KeyedBreaker";

    /// <summary>Gets or sets the share of failed calls at which a breaker opens.</summary>
    /// <value>A fraction in [0.01, 1]. The default is 0.8: below it, retries still get more answers than a break does.</value>
    [Range(0.01, 1.0)]
    public double FailureRatio { get; set; } = 0.8;

    /// <summary>Gets or sets the share of calls that may take <see cref="SlowCallDuration"/> or longer, failed ones included.</summary>
    /// <value>A fraction in [0.01, 1]. The default is 0.9.</value>
    [Range(0.01, 1.0)]
    public double SlowCallRatio { get; set; } = 0.9;

    /// <summary>Gets or sets from when on a call counts as slow.</summary>
    /// <value>A duration in [1 ms, 1 day]; null, the default, for no such count.</value>
    [TimeSpanRange("00:00:00.001", "1.00:00:00")]
    public TimeSpan? SlowCallDuration { get; set; }

    /// <summary>Gets or sets how many calls the window must hold, or how many must have failed in a row, before a breaker may open.</summary>
    /// <value>A number in [2, 1,000,000]. The default is 20.</value>
    [Range(2, 1_000_000)]
    public int MinimumThroughput { get; set; } = 20;

    /// <summary>Gets or sets the window over which calls are counted, in two halves.</summary>
    /// <value>A duration in [100 ms, 1 day]. The default is 10 seconds.</value>
    [TimeSpanRange("00:00:00.100", "1.00:00:00")]
    public TimeSpan SamplingDuration { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how long an open breaker refuses calls before it sends a probe, give or take half of it so that clients do not probe in step.</summary>
    /// <value>A duration in [10 ms, 1 day]. The default is 1 second.</value>
    [TimeSpanRange("00:00:00.010", "1.00:00:00")]
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets the longest break; each failed probe doubles the break up to it.</summary>
    /// <value>A duration in [10 ms, 1 day], at least <see cref="BreakDuration"/>. The default is 10 seconds.</value>
    [TimeSpanRange("00:00:00.010", "1.00:00:00")]
    public TimeSpan MaxBreakDuration { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how many probes must come back before a breaker closes. After that the load returns step by step, doubling with each round of answers.</summary>
    /// <value>A number in [1, 100]. The default is 3.</value>
    [Range(1, 100)]
    public int Probes { get; set; } = 3;

    /// <summary>Gets or sets the seed of the jitter.</summary>
    /// <value>Any number; null, the default, draws one.</value>
    public int? Seed { get; set; }

    /// <summary>Gets or sets what is asked and told about breakers of other nodes.</summary>
    /// <value>Null, the default, for breakers of this node alone.</value>
    public Sharing.BreakerQuorum? Quorum { get; set; }
}
