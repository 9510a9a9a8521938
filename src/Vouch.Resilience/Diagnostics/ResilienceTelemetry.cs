namespace Vouch.Resilience.Diagnostics;

/// <summary>The names under which this package reports: subscribe to them by name alone.</summary>
public static class ResilienceTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Vouch.Resilience";

    /// <summary>The name of the activity source: one activity <see cref="CallActivityName"/> per call.</summary>
    public const string ActivitySourceName = "Vouch.Resilience";

    /// <summary>The name of the activity of a call.</summary>
    public const string CallActivityName = "call worker";

    /// <summary>Counter of attempts, in <c>{attempt}</c>, by <see cref="OutcomeTag"/> and, on failure, <see cref="ErrorClassTag"/>.</summary>
    public const string AttemptsInstrument = "vouch.resilience.attempts";

    /// <summary>Counter of attempts that were started beside a running one, in <c>{hedge}</c>.</summary>
    public const string HedgesInstrument = "vouch.resilience.hedges";

    /// <summary>Counter of changes of breakers, in <c>{transition}</c>, by <see cref="BreakerStateTag"/>.</summary>
    public const string BreakerTransitionsInstrument = "vouch.resilience.breaker.transitions";

    /// <summary>Counter of calls that a default pipeline refused, in <c>{call}</c>, by <see cref="PipelineTag"/> and <see cref="ReasonTag"/>.</summary>
    public const string RefusalsInstrument = "vouch.resilience.refusals";

    /// <summary>Counter of attempts of a default pipeline that followed a failed one, in <c>{attempt}</c>, by <see cref="PipelineTag"/> and <see cref="ErrorClassTag"/>.</summary>
    public const string RetriesInstrument = "vouch.resilience.retries";

    /// <summary>Counter of attempts that a default pipeline stopped because they took too long, in <c>{attempt}</c>, by <see cref="PipelineTag"/>.</summary>
    public const string StoppedAttemptsInstrument = "vouch.resilience.stopped_attempts";

    /// <summary>Gauge of a default pipeline's present limit of attempts under way, in <c>{attempt}</c>, by <see cref="PipelineTag"/>.</summary>
    public const string LimitInstrument = "vouch.resilience.limit";

    /// <summary>Attempts under way of a default pipeline, in <c>{attempt}</c>, by <see cref="PipelineTag"/>.</summary>
    public const string InFlightInstrument = "vouch.resilience.in_flight";

    /// <summary>Calls that wait for their turn in a default pipeline, in <c>{call}</c>, by <see cref="PipelineTag"/>.</summary>
    public const string WaitingInstrument = "vouch.resilience.waiting";

    /// <summary>The tag that holds the name of a default pipeline.</summary>
    public const string PipelineTag = "vouch.resilience.pipeline";

    /// <summary>The tag that holds why a call was refused: deadline_too_near, queue_full or displaced, for a default pipeline.</summary>
    public const string ReasonTag = "vouch.resilience.reason";

    /// <summary>The tag that holds the outcome of an attempt: succeeded, failed, timed_out, breaker_open, outrun or cancelled.</summary>
    public const string OutcomeTag = "vouch.resilience.outcome";

    /// <summary>The tag that holds the class of a failure: transient, overload, permanent or cancelled.</summary>
    public const string ErrorClassTag = "vouch.resilience.error_class";

    /// <summary>The tag of an activity that holds the number of attempts.</summary>
    public const string AttemptCountTag = "vouch.resilience.attempt_count";

    /// <summary>The tag of an activity that holds the id of the worker that answered.</summary>
    public const string WorkerTag = "vouch.resilience.worker";

    /// <summary>The tag that holds the state a breaker went to: open, closed or isolated.</summary>
    public const string BreakerStateTag = "vouch.resilience.breaker.state";
}
