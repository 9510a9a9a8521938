namespace Vouch.Statistics.Sequential;

/// <summary>Where a sequential test stands.</summary>
public enum SequentialDecision
{
    /// <summary>The evidence carries neither decision yet.</summary>
    Continue,

    /// <summary>The null hypothesis (the good proportion) is accepted.</summary>
    AcceptNull,

    /// <summary>The null hypothesis is rejected for the alternative (the bad proportion).</summary>
    RejectNull,
}
