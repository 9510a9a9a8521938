namespace Vouch.Optimizer.Configuration;

/// <summary>What a configuration decision is worth.</summary>
public enum ConfigurationOutcome
{
    /// <summary>The chosen configuration meets the quality target with the stated confidence, within the caps, at the least expected cost of all candidates that do.</summary>
    Promised = 0,

    /// <summary>Candidates meet the target, none of them within the cost or time cap. The cheapest of them is named; it breaks the cap.</summary>
    CapExceeded,

    /// <summary>Every candidate has a forecast and none meets the target with the stated confidence. The one with the best lower bound is named.</summary>
    TargetUnreachable,

    /// <summary>No candidate is known to meet the target, and for some the evidence is missing. The safest candidate is named and nothing is promised.</summary>
    InsufficientEvidence,
}
