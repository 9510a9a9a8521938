using System.Buffers.Binary;

namespace Vouch.Caching.Persistence;

/// <summary>The first 128 bytes of a segment: what store and policy its records belong to. The last 8 of them are the commit mark, which changes with every record and carries its own check.</summary>
/// <param name="Id">The segment's number; a later segment has a greater one.</param>
/// <param name="Store">The store's number, drawn at random.</param>
/// <param name="HashSeed">The seed of <see cref="KeyHash"/>.</param>
/// <param name="Epoch">Where <see cref="Deadlines"/> count from, in milliseconds of Unix time.</param>
/// <param name="Capacity">The segment's length in bytes.</param>
/// <param name="Salt">Drawn at random for each segment; mixed into its records' CRCs.</param>
/// <param name="Policy">The 32 bytes of the policy digest, all zero for none.</param>
internal sealed record SegmentHeader(long Id, ulong Store, ulong HashSeed, long Epoch, int Capacity, uint Salt, byte[] Policy)
{
    public const int Size = 128;
    public const int PolicyBytes = 32;
    public const byte FormatVersion = 1;
    public const int CommitMarkOffset = 120;

    private const int CheckedBytes = 88;
    private const int OffsetBits = 40;

    private static ReadOnlySpan<byte> Magic => "VOUCHSG"u8;

    public void Write(Span<byte> destination)
    {
        destination[..Size].Clear();
        Magic.CopyTo(destination);
        destination[7] = FormatVersion;
        BinaryPrimitives.WriteInt64LittleEndian(destination[8..], Id);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], HashSeed);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], Store);
        Policy.CopyTo(destination[32..]);
        BinaryPrimitives.WriteInt64LittleEndian(destination[64..], Epoch);
        BinaryPrimitives.WriteInt32LittleEndian(destination[80..], Capacity);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[84..], Salt);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[CheckedBytes..], Crc32C.Compute(destination[..CheckedBytes]));
        BinaryPrimitives.WriteUInt64LittleEndian(destination[CommitMarkOffset..], CommitMark(Size, Salt));
    }

    /// <summary>Reads a header; null where the bytes are none of this format version.</summary>
    public static SegmentHeader? Read(ReadOnlySpan<byte> source)
    {
        if (source.Length < Size || !source.StartsWith(Magic) || source[7] != FormatVersion
            || BinaryPrimitives.ReadUInt32LittleEndian(source[CheckedBytes..]) != Crc32C.Compute(source[..CheckedBytes]))
        {
            return null;
        }

        return new SegmentHeader(
            BinaryPrimitives.ReadInt64LittleEndian(source[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[64..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[80..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[84..]),
            source.Slice(32, PolicyBytes).ToArray());
    }

    /// <summary>The commit mark for a segment whose records end at <paramref name="end"/>: offset and check in one word, so that it is written in one step.</summary>
    public static ulong CommitMark(int end, uint salt)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteInt32LittleEndian(word, end);
        BinaryPrimitives.WriteUInt32LittleEndian(word[4..], salt);
        return (uint)end | ((ulong)(Crc32C.Compute(word) >> 8) << OffsetBits);
    }

    /// <summary>Where the records end; -1 where the mark is damaged.</summary>
    public static int CommittedEnd(ulong mark, uint salt, int capacity)
    {
        long end = (long)(mark & ((1UL << OffsetBits) - 1));
        return end >= Size && end <= capacity && CommitMark((int)end, salt) == mark ? (int)end : -1;
    }
}
