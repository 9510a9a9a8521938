namespace Vouch.Optimizer.Configuration;

/// <summary>Why a candidate was not chosen.</summary>
public enum RejectionReason
{
    /// <summary>It meets the target as well, at a higher expected cost (or equal cost and a lower bound that is no better).</summary>
    Dearer = 0,

    /// <summary>The lower bound of its quality lies below what is required.</summary>
    QualityTooLow,

    /// <summary>The upper bound of its cost or time exceeds the cap.</summary>
    OverCap,

    /// <summary>There is no forecast for its scale and bounces, or the forecast does not carry that far.</summary>
    NoEvidence,
}
