using System.Buffers.Binary;

namespace Vouch.TrustEngine.Audit;

/// <summary>
/// The bytes of a log file. The file starts with a fixed header of 32 bytes. Each record is: payload length (u32), CRC-32C of the body (u32), CRC-32C of
/// those 8 bytes and the record's offset (u32), then the body: the leaf prefix 0x00 and the payload. All numbers are little-endian. The second CRC tells
/// a damaged length from a record cut off at the end of the file; the offset in it tells a record that was moved or repeated.
/// </summary>
internal static class AuditRecord
{
    public const int HeaderLength = 12;
    public const int MaxPayload = 1 << 28;
    public const int Overhead = HeaderLength + 1;

    /// <summary>Gets the file's header: magic, format version 1, header length, zeros, CRC-32C.</summary>
    public static ReadOnlySpan<byte> FileHeader => Header;

    private static readonly byte[] Header = MakeFileHeader();

    /// <summary>Writes a record and returns its length.</summary>
    public static int Write(Span<byte> record, ReadOnlySpan<byte> payload, long offset)
    {
        record = record[..(Overhead + payload.Length)];
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)payload.Length);
        record[HeaderLength] = 0x00;
        payload.CopyTo(record[Overhead..]);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Crc32C.Compute(record[HeaderLength..]));
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], HeaderCheck(record, offset));
        return record.Length;
    }

    /// <summary>Reads a record's header; false where it is damaged.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> header, long offset, out int payloadLength, out uint bodyCheck)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        bodyCheck = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        payloadLength = (int)Math.Min(length, int.MaxValue);
        return length <= MaxPayload && BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) == HeaderCheck(header, offset);
    }

    private static uint HeaderCheck(ReadOnlySpan<byte> header, long offset)
    {
        Span<byte> input = stackalloc byte[16];
        header[..8].CopyTo(input);
        BinaryPrimitives.WriteInt64LittleEndian(input[8..], offset);
        return Crc32C.Compute(input);
    }

    private static byte[] MakeFileHeader()
    {
        byte[] header = new byte[32];
        "VOUCHLOG"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), 1);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(10), (ushort)header.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(28), Crc32C.Compute(header.AsSpan(0, 28)));
        return header;
    }
}
