using System.Buffers.Binary;

namespace Vouch.Caching.Persistence;

/// <summary>A keyed 64-bit hash of a byte string: the same in every process that knows the seed, and of no use to whoever does not. Built from 64x64-bit multiplications folded to 64 bits, as wyhash is (Wang Yi, 2019).</summary>
internal static class KeyHash
{
    private const ulong P0 = 0xA076_1D64_78BD_642F;
    private const ulong P1 = 0xE703_7ED1_A0B4_28DB;
    private const ulong P2 = 0x8EBC_6AF0_9C88_C6E3;

    public static ulong Compute(ReadOnlySpan<byte> key, ulong seed)
    {
        ulong state = Fold(seed ^ P0, P1);
        int length = key.Length;
        while (key.Length > 16)
        {
            state = Fold(BinaryPrimitives.ReadUInt64LittleEndian(key) ^ P1, BinaryPrimitives.ReadUInt64LittleEndian(key[8..]) ^ state);
            key = key[16..];
        }

        ulong first = 0;
        ulong second = 0;
        if (key.Length >= 8)
        {
            first = BinaryPrimitives.ReadUInt64LittleEndian(key);
            second = BinaryPrimitives.ReadUInt64LittleEndian(key[^8..]);
        }
        else if (key.Length >= 4)
        {
            first = BinaryPrimitives.ReadUInt32LittleEndian(key);
            second = BinaryPrimitives.ReadUInt32LittleEndian(key[^4..]);
        }
        else
        {
            foreach (byte value in key)
            {
                first = (first << 8) | value;
            }
        }

        return Fold(P2 ^ (ulong)length, Fold(first ^ P1, second ^ state));
    }

    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }
}
