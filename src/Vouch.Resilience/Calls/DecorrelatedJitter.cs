using Vouch.Core.Models;

namespace Vouch.Resilience.Calls;

/// <summary>
/// Waits between retries that spread out: each is uniform between the base and three times the wait before it, up to a cap.
/// Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015 ("decorrelated jitter").
/// </summary>
/// <remarks>
/// The n-th draw for a worker depends on the seed, the worker's id and n alone: no generator is shared, so nothing is locked and other
/// workers' retries change nothing. Hashing and mixing: FNV-1a (Fowler, Noll, Vo) and SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
/// </remarks>
internal sealed class DecorrelatedJitter(TimeSpan baseDelay, TimeSpan maxDelay, ulong seed)
{
    private const double Growth = 3;
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    public TimeSpan BaseDelay { get; } = baseDelay;

    public TimeSpan MaxDelay { get; } = maxDelay;

    /// <param name="previous">The wait before, zero for the first.</param>
    /// <param name="stream">The worker's <see cref="StreamOf"/>.</param>
    /// <param name="draw">The number of the draw in the stream.</param>
    /// <returns>A duration in [base, cap].</returns>
    public TimeSpan Next(TimeSpan previous, ulong stream, ulong draw)
    {
        double low = BaseDelay.Ticks;
        double high = Math.Max(low, Growth * Math.Max(previous.Ticks, BaseDelay.Ticks));
        double unit = (Mix(Mix(seed ^ stream) + (draw * Gamma)) >> 11) * (1.0 / (1UL << 53));
        return new TimeSpan((long)Math.Min(low + (unit * (high - low)), MaxDelay.Ticks));
    }

    /// <summary>A number for the worker's id that is the same in every process.</summary>
    public static ulong StreamOf(WorkerId worker)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char unit in worker.Value)
        {
            hash = (hash ^ (byte)unit) * 0x100000001B3;
            hash = (hash ^ (byte)(unit >> 8)) * 0x100000001B3;
        }

        return hash;
    }

    private static ulong Mix(ulong value)
    {
        value += Gamma;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
