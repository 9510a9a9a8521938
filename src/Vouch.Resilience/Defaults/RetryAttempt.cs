using Vouch.Resilience.Errors;

namespace Vouch.Resilience.Defaults;

/// <summary>What listeners to a pipeline's telemetry are told before a retry.</summary>
/// <param name="Attempts">How many attempts were made.</param>
/// <param name="Error">The class of the last one's failure.</param>
/// <param name="Delay">How long the call pauses.</param>
public readonly record struct RetryAttempt(int Attempts, ErrorClass Error, TimeSpan Delay);
