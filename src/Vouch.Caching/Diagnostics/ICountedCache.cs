using Vouch.Caching.Statistics;

namespace Vouch.Caching.Diagnostics;

/// <summary>What the instruments read.</summary>
internal interface ICountedCache
{
    string Name { get; }

    CacheStatistics Statistics { get; }
}
