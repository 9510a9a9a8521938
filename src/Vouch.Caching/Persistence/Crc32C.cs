using System.Buffers.Binary;
using System.Numerics;

namespace Vouch.Caching.Persistence;

/// <summary>CRC-32C (Castagnoli, as in RFC 3720, section 12.1), by the processor's instruction where it has one. Finds every error of up to three bits in a record, and every burst of up to 32.</summary>
internal static class Crc32C
{
    /// <summary>Where a sum over several pieces begins.</summary>
    public const uint Start = uint.MaxValue;

    public static uint Compute(ReadOnlySpan<byte> data) => ~Append(Start, data);

    /// <summary>Takes one more piece into a sum that began with <see cref="Start"/>; its complement is the checksum.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        while (data.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        foreach (byte value in data)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return crc;
    }
}
