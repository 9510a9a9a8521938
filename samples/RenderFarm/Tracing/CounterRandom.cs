using System.Runtime.CompilerServices;

namespace RenderFarm.Tracing;

/// <summary>
/// A counter-based generator: number <c>n</c> of a stream is a hash of (key, n), so a stream depends only on its key, never on what was drawn
/// elsewhere. The key is made from (seed, pixel, sample), which makes a pixel the same in every crop and on any number of threads.
/// </summary>
/// <remarks>The hash is the finaliser of SplitMix64: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014 (variant 13 by Stafford).</remarks>
internal struct CounterRandom
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state;

    public CounterRandom(ulong seed, ulong stream, ulong sample) =>
        _state = Mix(Mix(Mix(seed + Step) ^ (stream + 0xD1B54A32D192ED03)) + (sample * 0xDA942042E4DD58B5));

    /// <summary>Scrambles 64 bits; a bijection.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>Makes one seed from several parts; another order gives another seed.</summary>
    public static ulong Combine(ulong first, ulong second, ulong third = 0) => Mix(Mix(Mix(first + Step) ^ second) + (third * Step));

    /// <summary>Hashes a text (FNV-1a over its UTF-16 units, then <see cref="Mix"/>); the same on every machine.</summary>
    public static ulong HashText(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char unit in text)
        {
            hash = (hash ^ unit) * 1099511628211;
        }

        return Mix(hash);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong NextBits() => Mix(_state += Step);

    /// <summary>The next number in [0, 1), a multiple of 2^-24.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float NextFloat() => (NextBits() >> 40) * (1f / (1 << 24));

    /// <summary>Two numbers in [0, 1) for the price of one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (float First, float Second) NextPair()
    {
        ulong bits = NextBits();
        return ((bits >> 40) * (1f / (1 << 24)), (uint)((bits >> 8) & 0xFFFFFF) * (1f / (1 << 24)));
    }
}
