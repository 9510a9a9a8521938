using System.ComponentModel.DataAnnotations;
using Polly;
using Vouch.Resilience.Errors;
using Vouch.Shared;

namespace Vouch.Resilience.Keys;

/// <summary>The options that all strategies with a state per key have.</summary>
public abstract class KeyedStrategyOptions : ResilienceStrategyOptions
{
    /// <summary>Gets or sets how many keys are kept at once. Beyond it, those not used for long are forgotten first; keys with calls under way never.</summary>
    /// <value>A number in [1, 100,000,000]. The default is 1,000,000.</value>
    [Range(1, 100_000_000)]
    public int MaxKeys { get; set; } = 1_000_000;

    /// <summary>Gets or sets after how long without a call a key is forgotten.</summary>
    /// <value>A duration in [1 second, 30 days]. The default is 10 minutes.</value>
    [TimeSpanRange("00:00:01", "30.00:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets or sets how a call's key is found.</summary>
    /// <value>A fast function that does not throw; null, the default, takes <see cref="Admission.CallProperties.Key"/>, or one key for all calls without it.</value>
    public Func<ResilienceContext, string>? KeySelector { get; set; }

    /// <summary>Gets or sets the function that classifies how attempts end.</summary>
    /// <value>A pure, fast function that does not throw. The default is <see cref="OutcomeClassifier.Classify(OutcomeArguments)"/>.</value>
    [Required(ErrorMessage = "Classifier must be a function; leave it alone for OutcomeClassifier.Classify.")]
    public Func<OutcomeArguments, Classification> Classifier { get; set; } = OutcomeClassifier.Classify;

    /// <summary>Gets or sets what is told when a call is refused.</summary>
    /// <value>A function; null, the default, for none.</value>
    public Func<CallRefusedArguments, ValueTask>? OnRefused { get; set; }
}
