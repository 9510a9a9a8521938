namespace Vouch.Caching.Simulation;

/// <summary>What a simulated cache did on a trace.</summary>
/// <param name="Policy">The policy's name.</param>
/// <param name="Capacity">What the cache could hold: entries, or the trace's unit of size.</param>
/// <param name="Requests">All requests, from an empty cache on.</param>
/// <param name="Hits">Requests that found their key.</param>
/// <param name="RequestedSize">The sizes of all requests together; the number of requests when the trace has no sizes.</param>
/// <param name="HitSize">The sizes of the requests that found their key.</param>
public sealed record CacheSimulationResult(string Policy, long Capacity, long Requests, long Hits, long RequestedSize, long HitSize)
{
    /// <summary>Gets the share of requests that were hits, in [0, 1]; 0 for an empty trace.</summary>
    public double HitRate => Requests == 0 ? 0 : (double)Hits / Requests;

    /// <summary>Gets the share of the requested size that was hit, in [0, 1]; 0 for an empty trace.</summary>
    public double SizeHitRate => RequestedSize == 0 ? 0 : (double)HitSize / RequestedSize;
}
