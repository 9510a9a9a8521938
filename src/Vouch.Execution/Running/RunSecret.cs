using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Vouch.Execution.Running;

/// <summary>
/// The source of all choices of a run: a keyed pseudo-random function (HMAC-SHA-256, RFC 2104), so that a worker that has seen any number of choices
/// cannot foresee the next one, and a run with a set seed repeats.
/// </summary>
internal sealed class RunSecret
{
    private readonly byte[] _key;

    public RunSecret(ulong? seed)
    {
        if (seed is { } set)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, set);
            _key = SHA256.HashData(bytes);
        }
        else
        {
            _key = RandomNumberGenerator.GetBytes(32);
        }
    }

    /// <summary>The choice for a purpose and three numbers: the same for the same arguments, otherwise independent of all others.</summary>
    public ulong Draw(Purpose purpose, long first, long second, long third)
    {
        Span<byte> message = stackalloc byte[25];
        message[0] = (byte)purpose;
        BinaryPrimitives.WriteInt64LittleEndian(message[1..], first);
        BinaryPrimitives.WriteInt64LittleEndian(message[9..], second);
        BinaryPrimitives.WriteInt64LittleEndian(message[17..], third);
        Span<byte> tag = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, message, tag);
        return BinaryPrimitives.ReadUInt64LittleEndian(tag);
    }

    internal enum Purpose : byte
    {
        Assignment = 1,
        Check = 2,
        Lot = 3,
    }
}
