namespace Vouch.Security.Replay;

/// <summary>What a replay store said.</summary>
public enum ReplayOutcome
{
    /// <summary>The request is new and remembered from now on.</summary>
    Accepted = 0,

    /// <summary>The request was accepted before.</summary>
    Replayed,

    /// <summary>The request was signed before the time back to which the store remembers everything: whether it was accepted before cannot be told.</summary>
    TooOld,

    /// <summary>The request claims to be signed further in the future than the store looks.</summary>
    TooNew,

    /// <summary>The store is full: it refuses what is new rather than forget early.</summary>
    Full,

    /// <summary>A shared store cannot be asked: whether the request is new cannot be told.</summary>
    Unavailable,
}
