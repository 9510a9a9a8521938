namespace Vouch.Caching.Backplane;

/// <summary>Something that no cache may serve any more.</summary>
/// <param name="Kind">What it takes out.</param>
/// <param name="Name">The key or the tag; empty for <see cref="InvalidationKind.Everything"/>.</param>
public readonly record struct CacheInvalidation(InvalidationKind Kind, string Name);
