using System.Numerics;

namespace Vouch.Testing.Simulations;

/// <summary>Random numbers that depend on their seed alone, on every runtime: xoshiro256** seeded by SplitMix64.</summary>
/// <remarks>
/// Not safe to share between threads; not for secrets. Source: D. Blackman, S. Vigna, Scrambled linear pseudorandom number generators, ACM TOMS 47 (2021).
/// </remarks>
internal sealed class SeededRandom : Random
{
    private const double Ulp53 = 1.0 / (1UL << 53);

    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    public SeededRandom(ulong seed)
        : this(Mix(ref seed), Mix(ref seed), Mix(ref seed), Mix(ref seed))
    {
    }

    public SeededRandom(ulong s0, ulong s1, ulong s2, ulong s3)
        : base(0)
    {
        _s0 = s0;
        _s1 = s1;
        _s2 = s2;
        _s3 = s3;
    }

    /// <summary>A generator of its own for a purpose, so that one more draw for one purpose changes no other.</summary>
    public static SeededRandom For(ulong seed, ulong purpose)
    {
        ulong state = seed ^ (purpose * 0xD1342543DE82EF95);
        return new SeededRandom(Mix(ref state) ^ purpose);
    }

    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number in [0, bound), of a bias below bound / 2^64.</summary>
    public int Below(int bound) => (int)Math.BigMul(NextUInt64(), (ulong)bound, out _);

    public override double NextDouble() => (NextUInt64() >> 11) * Ulp53;

    public override int Next() => Below(int.MaxValue);

    public override int Next(int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return Below(maxValue);
    }

    public override int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return (int)(minValue + (long)Math.BigMul(NextUInt64(), (ulong)((long)maxValue - minValue), out _));
    }

    public override long NextInt64() => (long)Math.BigMul(NextUInt64(), (ulong)long.MaxValue, out _);

    public override long NextInt64(long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (long)Math.BigMul(NextUInt64(), (ulong)maxValue, out _);
    }

    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return minValue + (long)Math.BigMul(NextUInt64(), (ulong)(maxValue - minValue), out _);
    }

    public override float NextSingle() => (NextUInt64() >> 40) * (1.0f / (1 << 24));

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    public override void NextBytes(Span<byte> buffer)
    {
        for (int i = 0; i < buffer.Length; i++)
        {
            buffer[i] = (byte)(NextUInt64() >> 56);
        }
    }

    protected override double Sample() => NextDouble();

    /// <summary>The next number of SplitMix64.</summary>
    internal static ulong Mix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
