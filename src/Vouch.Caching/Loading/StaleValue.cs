namespace Vouch.Caching.Loading;

/// <summary>A key's last value, where there is one.</summary>
/// <param name="Exists">Whether there is one.</param>
/// <param name="Value">It.</param>
/// <param name="Until">Until when, on the cache's clock, it may stand in for a new one that cannot be made.</param>
/// <param name="Tags">Its tags, or null.</param>
internal readonly record struct StaleValue<TValue>(bool Exists, TValue Value, long Until, Tags.TagStamp? Tags);
