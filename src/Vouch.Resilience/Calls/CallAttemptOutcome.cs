namespace Vouch.Resilience.Calls;

/// <summary>How one attempt at a call ended.</summary>
public enum CallAttemptOutcome
{
    /// <summary>The worker answered, and its answer is the call's.</summary>
    Succeeded = 0,

    /// <summary>The worker threw.</summary>
    Failed,

    /// <summary>The worker had not answered when the attempt's time was up. It was told to stop, and abandoned.</summary>
    TimedOut,

    /// <summary>The worker's breaker refused the attempt; the worker was not called.</summary>
    BreakerOpen,

    /// <summary>Another candidate's answer was taken first.</summary>
    Outrun,

    /// <summary>The caller withdrew the call.</summary>
    Cancelled,
}
