namespace Vouch.AnomalyDetection.Outliers;

/// <summary>How the members' findings become a verdict on a row.</summary>
public enum VotingRule
{
    /// <summary>The default: by the combined score, with the false-discovery rate kept; votes only explain.</summary>
    Combined = 0,

    /// <summary>More than half of the members call the row an outlier.</summary>
    Majority = 1,

    /// <summary>Members that carry more than half of the weight call the row an outlier.</summary>
    Weighted = 2,

    /// <summary>Every member calls the row an outlier.</summary>
    Consensus = 3,
}
