using Vouch.Resilience.Errors;

namespace Vouch.Resilience.Recovery;

/// <summary>What a recovery step is given.</summary>
/// <param name="Operation">The name of the operation that failed.</param>
/// <param name="Error">What it failed with.</param>
/// <param name="Class">The class of the failure.</param>
public readonly record struct RecoveryArguments(string Operation, Exception Error, ErrorClass Class);
