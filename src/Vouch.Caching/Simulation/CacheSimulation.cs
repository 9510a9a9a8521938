using Vouch.Caching.Policies;

namespace Vouch.Caching.Simulation;

/// <summary>Runs a recorded stream of requests through a cache that keeps no values, to choose a policy and a capacity on one's own traffic.</summary>
/// <remarks>
/// Thread-safe: every run has its own state. A run takes tens to a few hundred nanoseconds per request. The cache starts empty and every request counts. An object
/// has the size it was stored with until it is stored anew; an object larger than the capacity is never stored.
/// </remarks>
public static class CacheSimulation
{
    /// <summary>Gets the names of all policies.</summary>
    public static IReadOnlyList<string> Policies => EvictionPolicies.Names;

    /// <summary>Gets the name of the policy a cache has unless told otherwise: it is after most hits.</summary>
    public static string DefaultPolicy => EvictionPolicies.Default;

    /// <summary>Gets the name of the policy that is after most of the requested size.</summary>
    public static string DefaultSizePolicy => EvictionPolicies.DefaultForWeight;

    /// <summary>Runs a trace; entries count 1 each, or by size where the trace has sizes.</summary>
    /// <param name="trace">The requests.</param>
    /// <param name="policy">A name of <see cref="Policies"/>; case does not matter.</param>
    /// <param name="capacity">What the cache holds, at least 1: entries, or the trace's unit of size.</param>
    /// <param name="seed">Mixed into the keys' hashes: the same seed gives the same result.</param>
    /// <exception cref="ArgumentNullException"><paramref name="trace"/> or <paramref name="policy"/> is null.</exception>
    /// <exception cref="ArgumentException">No policy has that name.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below 1.</exception>
    public static CacheSimulationResult Run(CacheTrace trace, string policy, long capacity, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        return Run(trace, EvictionPolicies.Create(policy, capacity, trace.IsSized), capacity, seed);
    }

    internal static CacheSimulationResult Run(CacheTrace trace, EvictionPolicy policy, long capacity, int seed = 1)
    {
        var cache = new SimulatedCache(policy, capacity, trace.UniqueKeys, seed);
        ReadOnlySpan<int> keys = trace.Keys.Span;
        ReadOnlySpan<long> sizes = trace.Sizes.Span;
        long hits = 0;
        long requested = 0;
        long hit = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            long size = sizes.IsEmpty ? 1 : sizes[i];
            requested += size;
            if (cache.Request(keys[i], size))
            {
                hits++;
                hit += size;
            }
        }

        return new CacheSimulationResult(policy.Name, capacity, keys.Length, hits, requested, hit);
    }
}
