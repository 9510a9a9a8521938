using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vouch.Caching.Keys;

/// <summary>Hashes that cannot be made to collide without knowing the seed, from the key's own bits where the key is a string or a primitive.</summary>
/// <remarks>The core is the folded product: the upper and lower half of a 128-bit product, put together by exclusive or (Wang Yi, wyhash). All constants are secret here.</remarks>
internal static class KeyHash
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }

    /// <summary>Spreads a word over all 64 bits (the finisher of SplitMix64); a bijection.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Finish(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong OfWord(ulong word, KeySeed seed)
    {
        // Two rounds of multiplication: after one, keys at even distances would fall into regular, and for some seeds crowded, places.
        word = (word ^ seed.A) * seed.B;
        return (word ^ (word >> 32)) * seed.C;
    }

    public static ulong OfBytes(ReadOnlySpan<byte> bytes, KeySeed seed)
    {
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        int length = bytes.Length;
        ulong state = seed.C;
        ulong first;
        ulong last;
        if (length <= 16)
        {
            if (length >= 8)
            {
                first = Word(ref start, 0);
                last = Word(ref start, length - 8);
            }
            else if (length >= 4)
            {
                first = Half(ref start, 0);
                last = Half(ref start, length - 4);
            }
            else if (length > 0)
            {
                first = ((ulong)start << 16) | ((ulong)Unsafe.Add(ref start, length >> 1) << 8) | Unsafe.Add(ref start, length - 1);
                last = 0;
            }
            else
            {
                first = 0;
                last = 0;
            }
        }
        else
        {
            int at = 0;
            for (; at + 16 < length; at += 16)
            {
                state = Fold(Word(ref start, at) ^ seed.A, Word(ref start, at + 8) ^ state);
            }

            first = Word(ref start, length - 16);
            last = Word(ref start, length - 8);
        }

        return Fold(seed.B ^ (ulong)length, Fold(first ^ seed.A, last ^ state));
    }

    private static ulong Word(ref byte start, int at) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at));

    private static ulong Half(ref byte start, int at) => Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, at));
}
