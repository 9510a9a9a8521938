namespace Vouch.Caching.Entries;

/// <summary>What became of a value that was handed to the cache.</summary>
public enum SetOutcome
{
    /// <summary>The key was new, and the value is in the cache.</summary>
    Added,

    /// <summary>The key's earlier value was replaced.</summary>
    Replaced,

    /// <summary>The cache is full and its policy kept the entries it has; the key is not in the cache (nor is an earlier value of it).</summary>
    Rejected,

    /// <summary>The entry alone weighs more than the whole cache; the key is not in the cache (nor is an earlier value of it).</summary>
    TooHeavy,
}
