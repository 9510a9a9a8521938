using System.Runtime.CompilerServices;

namespace Vouch.Statistics.Sketches;

/// <summary>Numbers the buckets of a log-linear scale: 64 to every power of two, the same width within one.</summary>
/// <remarks>
/// A magnitude's number is the top 6 bits of its significand below its exponent, so numbers order as magnitudes do. Subnormal numbers are treated as if they were normal ones with
/// exponents below the least: their buckets are as narrow.
/// </remarks>
internal static class BucketMap
{
    public const int Shift = 52 - Bits;
    public const int PerOctave = 1 << Bits;

    /// <summary>Below this are the numbers of subnormal magnitudes.</summary>
    public const int FirstNormal = PerOctave;

    /// <summary>The number of the bucket below the least: that of 2^-1074.</summary>
    public const int First = -51 * PerOctave;

    /// <summary>One more than the number of the largest finite magnitude's bucket.</summary>
    public const int End = 2047 * PerOctave;

    private const int Bits = 6;

    /// <summary>The bucket of a finite magnitude above 0.</summary>
    public static int Of(double magnitude)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(magnitude);
        if (bits >> 52 != 0)
        {
            return (int)(bits >> Shift);
        }

        // The highest bit set takes the place of the hidden bit: 51 is one octave below the least normal one.
        int top = 63 - System.Numerics.BitOperations.LeadingZeroCount(bits);
        int exponent = top - 51;
        return (exponent * PerOctave) + (int)((bits << (52 - top) >> Shift) & (PerOctave - 1));
    }

    /// <summary>The least magnitude of a bucket; infinite for <see cref="End"/>.</summary>
    public static double Lower(int bucket) => Scaled(bucket, PerOctave + (bucket & (PerOctave - 1)));

    /// <summary>The magnitude that stands for a bucket: 2ab / (a + b) of its bounds, whose relative distance to both is the same, (b - a) / (a + b), at most 1/129.</summary>
    public static double Middle(int bucket)
    {
        double lower = PerOctave + (bucket & (PerOctave - 1));
        return Scaled(bucket, 2 * lower * (lower + 1) / ((2 * lower) + 1));
    }

    // The octave's number is the biased exponent, and of 64ths.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Scaled(int bucket, double significand) => Math.ScaleB(significand, (bucket >> Bits) - 1023 - Bits);
}
