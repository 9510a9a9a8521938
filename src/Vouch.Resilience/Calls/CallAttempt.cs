using Vouch.Core.Models;
using Vouch.Resilience.Errors;

namespace Vouch.Resilience.Calls;

/// <summary>One attempt at a call: who was asked, and how that ended.</summary>
/// <param name="Worker">The worker that was asked.</param>
/// <param name="Outcome">How the attempt ended.</param>
/// <param name="Duration">How long it took on the pipeline's clock; zero where the breaker refused it.</param>
/// <param name="Error">What the worker threw (<see cref="CallAttemptOutcome.Failed"/>), the time-out, or the breaker's refusal; null otherwise.</param>
/// <param name="Hedged">Whether the worker was asked while an earlier candidate was still being waited for.</param>
/// <remarks>Immutable and safe to share.</remarks>
public readonly record struct CallAttempt(WorkerId Worker, CallAttemptOutcome Outcome, TimeSpan Duration, Exception? Error, bool Hedged)
{
    /// <summary>Gets how long after the start of the call the attempt began.</summary>
    public TimeSpan StartedAfter { get; init; }

    /// <summary>Gets the class of the failure, null for an attempt that succeeded.</summary>
    public ErrorClass? ErrorClass { get; init; }
}
