using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Polly;
using Vouch.Resilience.Budgets;
using Vouch.Resilience.Errors;
using Vouch.Shared;

namespace Vouch.Resilience.Defaults;

/// <summary>The options of the default: one strategy that keeps calls alive through errors, dead back ends and overload. What is not set works without being set.</summary>
public sealed class VouchDefaultsOptions : ResilienceStrategyOptions
{
    /// <summary>Initializes options with their defaults.</summary>
    public VouchDefaultsOptions() => Name = "VouchDefaults";

    /// <summary>Gets or sets how long a call may take in all: waiting, attempts and the pauses between them.</summary>
    /// <value>A duration in [10 ms, 1 day], at least <see cref="AttemptTimeout"/>. The default is 30 seconds. <see cref="Admission.CallProperties.TimeLeft"/> shortens it for one call.</value>
    [TimeSpanRange("00:00:00.010", "1.00:00:00")]
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets after how long an attempt counts as late: it is stopped if another one may take its place, and goes on until the deadline if not.</summary>
    /// <value>A duration in [1 ms, 1 day]. The default is 10 seconds.</value>
    [TimeSpanRange("00:00:00.001", "1.00:00:00")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how often a call is tried again.</summary>
    /// <value>A number in [0, 20]. The default is 3.</value>
    [Range(0, 20)]
    public int MaxRetries { get; set; } = 3;

    /// <summary>Gets or sets the bound of the first pause before a retry; it doubles with each. A pause is drawn between zero and its bound (full jitter).</summary>
    /// <value>A duration in [0, 1 hour]. The default is 100 ms.</value>
    [TimeSpanRange("00:00:00", "01:00:00")]
    public TimeSpan RetryBaseDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets or sets the longest bound of a pause before a retry.</summary>
    /// <value>A duration in [0, 1 hour], at least <see cref="RetryBaseDelay"/>. The default is 2 seconds.</value>
    [TimeSpanRange("00:00:00", "01:00:00")]
    public TimeSpan RetryMaxDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets the back ends among which attempts are spread, by names that the callback understands.</summary>
    /// <value>At most 1000 different names; empty, the default, for one back end without a name. The callback finds an attempt's in <see cref="Admission.CallProperties.Destination"/>. A reload does not change them.</value>
    public IList<string> Destinations { get; set; } = [];

    /// <summary>Gets or sets how many calls may wait for their turn.</summary>
    /// <value>A number in [0, 1,000,000]; zero refuses at once what cannot be sent. The default is 10,000.</value>
    [Range(0, 1_000_000)]
    public int MaxWaiting { get; set; } = 10_000;

    /// <summary>Gets or sets the limit of attempts under way at the start; it is found anew from what attempts show.</summary>
    /// <value>A number in [1, 1,000,000]. The default is 20.</value>
    [Range(1, 1_000_000)]
    public int InitialConcurrency { get; set; } = 20;

    /// <summary>Gets or sets the most attempts that may ever be under way at once.</summary>
    /// <value>A number in [1, 1,000,000], at least <see cref="InitialConcurrency"/>. The default is 10,000.</value>
    [Range(1, 1_000_000)]
    public int MaxConcurrency { get; set; } = 10_000;

    /// <summary>Gets or sets the multiple of its baseline from which on latency counts as overload.</summary>
    /// <value>A number in [1.1, 100]. The default is 2.</value>
    [Range(1.1, 100.0)]
    public double LatencyTolerance { get; set; } = 2;

    /// <summary>Gets or sets the share of failed attempts at which a back end is left alone.</summary>
    /// <value>A fraction in [0.01, 1]. The default is 0.9: below it, retries still get more answers than a break does.</value>
    [Range(0.01, 1.0)]
    public double BreakerFailureRatio { get; set; } = 0.9;

    /// <summary>Gets or sets how many attempts a back end must have had in <see cref="BreakerWindow"/>, or how many must have failed in a row, before it is left alone. Three in a row without any sign of life are enough.</summary>
    /// <value>A number in [2, 1,000,000]. The default is 20.</value>
    [Range(2, 1_000_000)]
    public int BreakerMinimumThroughput { get; set; } = 20;

    /// <summary>Gets or sets the window over which failures are counted.</summary>
    /// <value>A duration in [100 ms, 1 day]. The default is 5 seconds.</value>
    [TimeSpanRange("00:00:00.100", "1.00:00:00")]
    public TimeSpan BreakerWindow { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets after how long, give or take half of it, a back end that was left alone is probed.</summary>
    /// <value>A duration in [10 ms, 1 hour]. The default is 500 ms.</value>
    [TimeSpanRange("00:00:00.010", "01:00:00")]
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets or sets the longest time between probes of a back end that stays dead while others serve. While none serves, probes go on as often as at first.</summary>
    /// <value>A duration in [10 ms, 1 day], at least <see cref="BreakDuration"/>. The default is 10 seconds.</value>
    [TimeSpanRange("00:00:00.010", "1.00:00:00")]
    public TimeSpan MaxBreakDuration { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets what all calls together may add to an overloaded back end by trying again.</summary>
    /// <value>The options of the budget. A reload does not change them.</value>
    [Required]
    [ValidateObjectMembers]
    public RetryBudgetOptions RetryBudget { get; set; } = new();

    /// <summary>Gets or sets the seed of jitter and of the choice among equally busy back ends.</summary>
    /// <value>Any number; null, the default, draws one, so that hosts do not act in step. A reload does not change it.</value>
    public int? Seed { get; set; }

    /// <summary>Gets or sets the function that classifies how attempts end. Nothing else decides what is an error, and what kind of.</summary>
    /// <value>A pure, fast function that does not throw; where it does, an exception counts as transient and a result as a success. The default is <see cref="OutcomeClassifier.Classify(OutcomeArguments)"/>.</value>
    [Required(ErrorMessage = "Classifier must be a function; leave it alone for OutcomeClassifier.Classify.")]
    public Func<OutcomeArguments, Classification> Classifier { get; set; } = OutcomeClassifier.Classify;

    /// <summary>Gets or sets whether calls that waited go on on the thread that made room for them: for simulations on one thread.</summary>
    internal bool ContinuesInline { get; set; }
}
