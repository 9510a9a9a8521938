namespace Vouch.Caching.Tags;

/// <summary>An entry's tags, and when on the cache's <see cref="TagClock"/> its value began to be made.</summary>
internal sealed record TagStamp(string[] Tags, long Created);
