using System.Buffers.Binary;

namespace Vouch.Caching.Persistence;

/// <summary>The first 40 bytes of a record, little-endian: header CRC, kind, key length, value length, body CRC, key hash, expiry, sliding window, sliding deadline. The key and the value follow,
/// then 16 bytes that say once more what key hash this was and how long the record is: damage in one place leaves one of the two readable, and so costs one entry only.</summary>
/// <param name="Kind">What the record says.</param>
/// <param name="KeyLength">The key's length in bytes.</param>
/// <param name="ValueLength">The value's length in bytes.</param>
/// <param name="BodyCrc">CRC-32C of the key followed by the value.</param>
/// <param name="Hash">The key's hash.</param>
/// <param name="Expires">When the entry ends for good, in milliseconds of Unix time; 0 for never.</param>
/// <param name="Window">How long the entry lives unread, in <see cref="Deadlines"/> steps; 0 for as long as it may.</param>
/// <param name="Deadline">When the entry ends if nobody reads it, in <see cref="Deadlines"/> steps; <see cref="Deadlines.Never"/> for never.</param>
internal readonly record struct RecordHeader(RecordKind Kind, ushort KeyLength, int ValueLength, uint BodyCrc, ulong Hash, long Expires, uint Window, uint Deadline)
{
    public const int Size = 40;
    public const int TrailerSize = 16;

    /// <summary>Records begin at multiples of this.</summary>
    public const int Alignment = 8;

    /// <summary>What the record takes of its segment, padding included.</summary>
    public long TotalBytes => SizeOf(KeyLength, ValueLength);

    public static long SizeOf(int keyLength, int valueLength) => ((Size + (long)keyLength + valueLength + Alignment - 1) & -Alignment) + TrailerSize;

    /// <summary>Writes header and trailer into the record's <see cref="TotalBytes"/>. Their CRC is bound to the segment by <paramref name="salt"/>: a record that turns up in another segment's file does not pass.</summary>
    public void Write(Span<byte> destination, uint salt)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], (uint)Kind | ((uint)KeyLength << 16));
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], ValueLength);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[12..], BodyCrc);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], Hash);
        BinaryPrimitives.WriteInt64LittleEndian(destination[24..], Expires);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[32..], Window);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[36..], Deadline);
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Crc32C.Compute(destination[4..Size]) ^ salt);
        int total = (int)TotalBytes;
        Span<byte> trailer = destination.Slice(total - TrailerSize, TrailerSize);
        BinaryPrimitives.WriteUInt64LittleEndian(trailer, Hash);
        BinaryPrimitives.WriteInt32LittleEndian(trailer[8..], total);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[12..], Crc32C.Compute(trailer[..12]) ^ salt);
    }

    /// <summary>Reads the trailer that ends a stretch of bytes; true where it is whole and says that the stretch is one record.</summary>
    public static bool TryReadTrailer(ReadOnlySpan<byte> stretch, uint salt, out ulong hash)
    {
        hash = 0;
        if (stretch.Length < Size + TrailerSize)
        {
            return false;
        }

        ReadOnlySpan<byte> trailer = stretch[^TrailerSize..];
        hash = BinaryPrimitives.ReadUInt64LittleEndian(trailer);
        return (Crc32C.Compute(trailer[..12]) ^ salt) == BinaryPrimitives.ReadUInt32LittleEndian(trailer[12..])
            && BinaryPrimitives.ReadInt32LittleEndian(trailer[8..]) == stretch.Length;
    }

    /// <summary>Reads a header; false where its bytes are not what was written there.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, uint salt, out RecordHeader header)
    {
        header = default;
        if (source.Length < Size || source[4] is < (byte)RecordKind.Put or > (byte)RecordKind.Touch || source[5] != 0)
        {
            return false;
        }

        Span<byte> copy = stackalloc byte[Size];
        source[..Size].CopyTo(copy);
        if ((Crc32C.Compute(copy[4..]) ^ salt) != BinaryPrimitives.ReadUInt32LittleEndian(copy))
        {
            return false;
        }

        header = new RecordHeader(
            (RecordKind)copy[4],
            BinaryPrimitives.ReadUInt16LittleEndian(copy[6..]),
            BinaryPrimitives.ReadInt32LittleEndian(copy[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(copy[12..]),
            BinaryPrimitives.ReadUInt64LittleEndian(copy[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(copy[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(copy[32..]),
            BinaryPrimitives.ReadUInt32LittleEndian(copy[36..]));
        return header.ValueLength >= 0;
    }
}
