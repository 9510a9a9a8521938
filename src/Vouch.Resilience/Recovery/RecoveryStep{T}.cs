using Vouch.Resilience.Errors;

namespace Vouch.Resilience.Recovery;

/// <summary>One way to get on after a failure.</summary>
/// <typeparam name="T">The type of results.</typeparam>
/// <param name="Kind">What it does.</param>
/// <param name="Classes">The classes of failures that it is for; empty for all but <see cref="ErrorClass.Cancelled"/>.</param>
/// <param name="RecoverAsync">Does it. What it throws is recorded, and the next step is tried.</param>
public sealed record RecoveryStep<T>(
    RecoveryKind Kind,
    IReadOnlyList<ErrorClass> Classes,
    Func<RecoveryArguments, CancellationToken, ValueTask<T>> RecoverAsync)
{
    /// <summary>Gets how many runs of this step may be under way at once; beyond it the next step is tried.</summary>
    /// <value>At least 1. The default is 100.</value>
    public int MaxConcurrency { get; init; } = 100;

    /// <summary>Gets how many runs of this step may begin in a second; beyond it the next step is tried.</summary>
    /// <value>At least 1. The default is 1000.</value>
    public int MaxPerSecond { get; init; } = 1000;
}
