namespace Vouch.Resilience.Recovery;

/// <summary>What was done instead of what failed.</summary>
public enum RecoveryKind
{
    /// <summary>A value that is good enough was returned.</summary>
    Fallback = 0,

    /// <summary>Another worker did it.</summary>
    Alternate,

    /// <summary>It was done in a lesser way.</summary>
    Degrade,

    /// <summary>It was put aside to be done later.</summary>
    Queue,
}
