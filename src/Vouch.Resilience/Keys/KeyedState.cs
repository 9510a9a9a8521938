namespace Vouch.Resilience.Keys;

/// <summary>What is known of one key. Its own monitor guards it.</summary>
internal abstract class KeyedState
{
    /// <summary>When it was last used, in seconds of the strategy's clock.</summary>
    public int LastUsed;

    /// <summary>It was forgotten: whoever finds this under its lock looks the key up again.</summary>
    public bool IsForgotten;

    /// <summary>Gets whether forgetting it loses nothing but old knowledge: no call is under way.</summary>
    public abstract bool IsIdle { get; }
}
