namespace Vouch.Caching.Backplane;

/// <summary>What an invalidation takes out of every cache.</summary>
public enum InvalidationKind
{
    /// <summary>The entry of one key.</summary>
    Key = 0,

    /// <summary>All entries that carry one tag.</summary>
    Tag,

    /// <summary>All entries.</summary>
    Everything,
}
