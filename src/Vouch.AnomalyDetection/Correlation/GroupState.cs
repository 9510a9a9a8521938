namespace Vouch.AnomalyDetection.Correlation;

/// <summary>Where a group of metrics stands.</summary>
public enum GroupState
{
    /// <summary>The first rows are taken for normal operation and learnt; nothing is reported.</summary>
    Learning = 0,

    /// <summary>Nothing stands out.</summary>
    Normal = 1,

    /// <summary>A metric has left its level, or its usual relation to the others.</summary>
    Anomalous = 2,
}
