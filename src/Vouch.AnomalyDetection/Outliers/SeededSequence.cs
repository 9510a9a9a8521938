namespace Vouch.AnomalyDetection.Outliers;

/// <summary>A small generator whose numbers depend on the seed alone and never change with the runtime: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).</summary>
internal struct SeededSequence(ulong seed)
{
    private ulong _state = seed;

    /// <summary>An independent sequence for one part of the work, so that parts may be done in any order.</summary>
    public static SeededSequence For(long seed, int part)
    {
        var mixed = new SeededSequence(unchecked((ulong)seed * 0x9E3779B97F4A7C15UL));
        return new SeededSequence(mixed.Next() ^ (unchecked((ulong)part + 1) * 0xD1B54A32D192ED03UL));
    }

    public ulong Next()
    {
        unchecked
        {
            ulong z = _state += 0x9E3779B97F4A7C15UL;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }

    /// <summary>A whole number in [0, bound); the bias is below bound / 2^32.</summary>
    public int Below(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    /// <summary>A number in [0, 1).</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));
}
