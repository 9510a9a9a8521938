namespace Vouch.Testing.Simulations;

/// <summary>Why and when a simulation failed.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Message">What happened and what to do about it.</param>
/// <param name="Error">The exception behind it, or null.</param>
/// <param name="Time">When, in virtual time since the start.</param>
public sealed record SimulationFailure(SimulationFailureKind Kind, string Message, Exception? Error, TimeSpan Time);
