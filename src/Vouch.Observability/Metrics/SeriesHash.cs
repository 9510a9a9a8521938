using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Vouch.Observability.Metrics;

/// <summary>Hashes names and tags: quickly, over every character, and seeded by chance so that whoever chooses tags cannot choose collisions.</summary>
/// <remarks>The multiply-and-fold of wyhash (W. Yi). The order of tags makes no difference.</remarks>
internal static class SeriesHash
{
    private const ulong First = 0xA0761D6478BD642F;
    private const ulong Second = 0xE7037ED1A0B428DB;
    private static readonly ulong Seed = MemoryMarshal.Read<ulong>(RandomNumberGenerator.GetBytes(8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(string name, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        ulong sum = 0;
        foreach (ref readonly KeyValuePair<string, object?> tag in tags)
        {
            ulong value = tag.Value is string text ? Of(text) : Other(tag.Value);
            sum += Fold(Of(tag.Key) ^ First, value ^ Second);
        }

        return Fold(Of(name) ^ sum, First);
    }

    private static ulong Of(string text)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(text.AsSpan());
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        int length = bytes.Length;
        ulong hash = Seed ^ ((ulong)length * First);
        int at = 0;
        for (; at + 16 <= length; at += 16)
        {
            hash = Fold(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at)) ^ Second, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at + 8)) ^ hash);
        }

        ulong low = 0, high = 0;
        int rest = length - at;
        if (rest >= 8)
        {
            low = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at));
            high = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, length - 8));
        }
        else if (rest >= 4)
        {
            low = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, at));
            high = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, length - 4));
        }
        else if (rest == 2)
        {
            low = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref start, at));
        }

        return Fold(low ^ Second, high ^ hash);
    }

    private static ulong Other(object? value) => value is null ? First : Fold((ulong)value.GetHashCode() ^ Second, Seed);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
