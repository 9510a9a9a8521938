namespace Vouch.Observability.Slo;

/// <summary>What a forecast of exhaustion answers.</summary>
public enum ExhaustionAnswer
{
    /// <summary>Too little went wrong so far to say when the budget will be spent.</summary>
    InsufficientEvidence,

    /// <summary>At this pace the budget is not spent within the period: bad events leave the rolling window as fast as they come.</summary>
    NotWithinPeriod,

    /// <summary>The budget will be spent, in the time given.</summary>
    WillBeSpent,

    /// <summary>The budget is spent.</summary>
    IsSpent,
}
