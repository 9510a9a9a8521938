namespace Vouch.Resilience.Errors;

/// <summary>What the end of an attempt says about trying again.</summary>
/// <param name="Error">The class of the failure; null for a success.</param>
/// <param name="RetryAfter">How long the back end asked to be left alone; null where it did not say.</param>
public readonly record struct Classification(ErrorClass? Error, TimeSpan? RetryAfter = null)
{
    /// <summary>Gets the classification of a success.</summary>
    public static Classification Success => default;
}
