using System.ComponentModel.DataAnnotations;
using Vouch.Resilience.Errors;
using Vouch.Shared;

namespace Vouch.Resilience.Calls;

/// <summary>How a <see cref="WorkerCallPipeline"/> calls workers.</summary>
public sealed class WorkerCallOptions
{
    /// <summary>Gets or sets how long one attempt may take. A worker that has not answered by then is told to stop and abandoned.</summary>
    /// <value>A duration in [10 ms, 1 day]. The default is 30 seconds.</value>
    [TimeSpanRange("00:00:00.010", "1.00:00:00")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets after how long without an answer the next candidate is asked as well.</summary>
    /// <value>A duration in [1 ms, 1 day], below <see cref="AttemptTimeout"/>; null to ask the next candidate only once the one before has failed. The default is null.</value>
    [TimeSpanRange("00:00:00.001", "1.00:00:00")]
    public TimeSpan? HedgeAfter { get; set; }

    /// <summary>Gets or sets how many further candidates a call may turn to, because the ones before were slow or failed. Candidates whose breaker is open are passed over and do not count.</summary>
    /// <value>A number in [0, 10]. The default is 1.</value>
    [Range(0, 10)]
    public int MaxHedges { get; set; } = 1;

    /// <summary>Gets or sets how often one candidate is asked again after a <see cref="ErrorClass.Transient"/> failure.</summary>
    /// <value>A number in [0, 20]. The default is 2.</value>
    [Range(0, 20)]
    public int MaxRetries { get; set; } = 2;

    /// <summary>Gets or sets how many attempts one call may make in all: first ones, retries and hedges together.</summary>
    /// <value>A number in [1, 100], above <see cref="MaxRetries"/>. The default is 4.</value>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 4;

    /// <summary>Gets or sets the shortest wait before a retry.</summary>
    /// <value>A duration in [0, 1 hour]; zero retries at once. The default is 100 ms.</value>
    [TimeSpanRange("00:00:00", "01:00:00")]
    public TimeSpan RetryBaseDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets or sets the longest wait before a retry.</summary>
    /// <value>A duration in [0, 1 hour], at least <see cref="RetryBaseDelay"/>. The default is 5 seconds.</value>
    [TimeSpanRange("00:00:00", "01:00:00")]
    public TimeSpan RetryMaxDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the share of failed attempts at which a worker's breaker opens.</summary>
    /// <value>A fraction in [0.01, 1]. The default is 0.8: below it, retries still get more answers than a break does.</value>
    [Range(0.01, 1.0)]
    public double BreakerFailureRatio { get; set; } = 0.8;

    /// <summary>Gets or sets how many attempts a worker's breaker must have seen in <see cref="BreakerSamplingDuration"/> before it may open.</summary>
    /// <value>A number in [2, 1,000,000]. The default is 10.</value>
    [Range(2, 1_000_000)]
    public int BreakerMinimumThroughput { get; set; } = 10;

    /// <summary>Gets or sets the sliding window over which a worker's breaker counts.</summary>
    /// <value>A duration in [500 ms, 1 day], at least twice <see cref="AttemptTimeout"/>. The default is 2 minutes.</value>
    [TimeSpanRange("00:00:00.500", "1.00:00:00")]
    public TimeSpan BreakerSamplingDuration { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets or sets how long an open breaker refuses calls before it lets one probe pass.</summary>
    /// <value>A duration in [500 ms, 1 day]. The default is 5 seconds.</value>
    [TimeSpanRange("00:00:00.500", "1.00:00:00")]
    public TimeSpan BreakerBreakDuration { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets whether each attempt starts on the thread pool.</summary>
    /// <value>
    /// False, the default, starts it on the caller's thread and adds nothing to a call that completes at once. Set it to true for workers that may
    /// block their thread: without it, a call cannot leave a worker that does not return to it.
    /// </value>
    public bool StartOnThreadPool { get; set; }

    /// <summary>Gets or sets after how long without a call a worker's pipeline and breaker are forgotten. Isolated workers are kept.</summary>
    /// <value>A duration in [1 second, 30 days], above <see cref="AttemptTimeout"/> and <see cref="BreakerBreakDuration"/>. The default is 30 minutes.</value>
    [TimeSpanRange("00:00:01", "30.00:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Gets or sets how many workers' pipelines are kept at once. Beyond it, those that were not called for longest are forgotten; isolated workers are kept.</summary>
    /// <value>A number in [1, 10,000,000]. The default is 10,000.</value>
    [Range(1, 10_000_000)]
    public int MaxWorkers { get; set; } = 10_000;

    /// <summary>Gets or sets the seed of the jitter.</summary>
    /// <value>
    /// Any number: the n-th wait for a worker is then the same in every run, whatever other workers do. Null, the default, draws a seed from the
    /// system's generator, so that hosts do not retry in step.
    /// </value>
    public int? Seed { get; set; }

    /// <summary>Gets or sets the function that classifies what workers throw.</summary>
    /// <value>A pure, fast function that does not throw; where it does, <see cref="Errors.ErrorClassifier"/> decides. The default is <see cref="Errors.ErrorClassifier"/>.</value>
    [Required(ErrorMessage = "ErrorClassifier must be a function; leave it alone for ErrorClassifier.Classify.")]
    public Func<ErrorArguments, ErrorClass> ErrorClassifier { get; set; } = Errors.ErrorClassifier.Classify;
}
