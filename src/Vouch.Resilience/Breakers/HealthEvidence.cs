namespace Vouch.Resilience.Breakers;

/// <summary>What an attempt says about its worker's health.</summary>
internal enum HealthEvidence
{
    /// <summary>Nothing: it was withdrawn, or outrun by a candidate that was asked before.</summary>
    None = 0,

    /// <summary>The worker answered, if only that it will not.</summary>
    Good,

    /// <summary>The worker failed, was too slow, or was outrun by a candidate that was asked later.</summary>
    Bad,
}
