namespace Vouch.Resilience.Timing;

/// <summary>A small generator for jitter and ties. Source: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.</summary>
/// <remarks>Not safe to share: the owner's lock guards it.</remarks>
internal struct SplitMix(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        ulong value = _state += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>A number in [0, 1).</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A duration in [<paramref name="ticks"/> / 2, 3 <paramref name="ticks"/> / 2): the same mean, but never in step with others.</summary>
    public long Jittered(long ticks) => (long)(ticks * (0.5 + Unit()));
}
