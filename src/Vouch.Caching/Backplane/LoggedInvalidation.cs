namespace Vouch.Caching.Backplane;

/// <summary>An invalidation and where it stands in the backplane's log.</summary>
/// <param name="Position">Its position: greater than that of every invalidation before it.</param>
/// <param name="Invalidation">The invalidation.</param>
public readonly record struct LoggedInvalidation(long Position, CacheInvalidation Invalidation);
