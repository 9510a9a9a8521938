namespace Vouch.Resilience.Errors;

/// <summary>How an attempt ended.</summary>
/// <param name="Error">What it threw; null where it returned.</param>
/// <param name="Result">What it returned, where that is an object; null for values, which are successes, so that looking at them costs no allocation.</param>
public readonly record struct OutcomeArguments(Exception? Error, object? Result);
