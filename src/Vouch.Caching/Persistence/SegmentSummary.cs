using System.Buffers.Binary;

namespace Vouch.Caching.Persistence;

/// <summary>
/// What a full segment's records say, without their keys and values: 32 bytes each in a file beside the segment. A restart reads these instead of the segments. It also tells
/// which keys a segment had spoken of when the segment itself is damaged. Where a summary is missing or does not check out, the segment is read instead.
/// </summary>
internal static class SegmentSummary
{
    private const string Extension = ".sum";
    private const string UnfinishedExtension = ".sum.new";
    private const int HeaderSize = 32;
    private const int EntrySize = 32;

    private static ReadOnlySpan<byte> Magic => "VOUCHSM\u0001"u8;

    public static string PathOf(string segmentPath) => Path.ChangeExtension(segmentPath, Extension);

    /// <summary>Writes the summary of a full segment, unless it would take more than an eighth of the segment or the segment has damage in it.</summary>
    public static void Write(Segment segment)
    {
        int end = segment.End;
        if (segment.Header is null || end < 0 || segment.IsDisowned)
        {
            return;
        }

        int most = segment.Length / 8;
        byte[] buffer = new byte[Math.Min(most, HeaderSize + ((end - SegmentHeader.Size) / (RecordHeader.Size + RecordHeader.TrailerSize) * EntrySize))];
        int length = HeaderSize;
        for (int offset = SegmentHeader.Size; offset < end;)
        {
            if (length + EntrySize > buffer.Length || !segment.TryReadHeader(offset, end, out RecordHeader header))
            {
                return;
            }

            WriteEntry(buffer.AsSpan(length), offset, header);
            length += EntrySize;
            offset += (int)header.TotalBytes;
        }

        Span<byte> summary = buffer.AsSpan(0, length);
        Magic.CopyTo(summary);
        BinaryPrimitives.WriteInt64LittleEndian(summary[8..], segment.Id);
        BinaryPrimitives.WriteUInt32LittleEndian(summary[16..], segment.Header.Salt);
        BinaryPrimitives.WriteInt32LittleEndian(summary[20..], end);
        BinaryPrimitives.WriteUInt32LittleEndian(summary[28..], Crc32C.Append(Crc32C.Append(Crc32C.Start, summary[..28]), summary[HeaderSize..]));
        string unfinished = Path.ChangeExtension(segment.Path, UnfinishedExtension);
        File.WriteAllBytes(unfinished, summary);
        File.Move(unfinished, PathOf(segment.Path), overwrite: true);
    }

    /// <summary>Reads the summary of a segment; null where there is none that checks out and belongs to it.</summary>
    public static byte[]? Read(Segment segment)
    {
        byte[] summary;
        try
        {
            summary = File.ReadAllBytes(PathOf(segment.Path));
        }
        catch (IOException)
        {
            return null;
        }

        // Where the segment's own header is gone, the summary's word for salt and end is all there is.
        bool valid = summary.Length >= HeaderSize && (summary.Length - HeaderSize) % EntrySize == 0 && summary.AsSpan().StartsWith(Magic)
            && BinaryPrimitives.ReadInt64LittleEndian(summary.AsSpan(8)) == segment.Id
            && (segment.Header is null || BinaryPrimitives.ReadUInt32LittleEndian(summary.AsSpan(16)) == segment.Header.Salt)
            && (segment.End < 0 || BinaryPrimitives.ReadInt32LittleEndian(summary.AsSpan(20)) == segment.End)
            && BinaryPrimitives.ReadUInt32LittleEndian(summary.AsSpan(28)) == Crc32C.Append(Crc32C.Append(Crc32C.Start, summary.AsSpan(0, 28)), summary.AsSpan(HeaderSize));
        return valid ? summary : null;
    }

    public static int Count(byte[] summary) => (summary.Length - HeaderSize) / EntrySize;

    public static SummaryEntry Entry(byte[] summary, int index)
    {
        ReadOnlySpan<byte> source = summary.AsSpan(HeaderSize + (index * EntrySize), EntrySize);
        return new SummaryEntry(
            (RecordKind)source[24],
            BinaryPrimitives.ReadUInt64LittleEndian(source),
            BinaryPrimitives.ReadInt32LittleEndian(source[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[12..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[20..]));
    }

    private static void WriteEntry(Span<byte> destination, int offset, in RecordHeader header)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, header.Hash);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], offset);
        BinaryPrimitives.WriteInt32LittleEndian(destination[12..], (int)header.TotalBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[16..], header.Deadline);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[20..], header.Window);
        destination[24] = (byte)header.Kind;
    }
}

/// <summary>One record of a summary.</summary>
/// <param name="Kind">What the record says.</param>
/// <param name="Hash">The key's hash.</param>
/// <param name="Offset">Where the record stands in its segment.</param>
/// <param name="TotalBytes">What it takes there.</param>
/// <param name="Deadline">When the entry ends if nobody reads it.</param>
/// <param name="Window">How long the entry lives unread; 0 for as long as it may.</param>
internal readonly record struct SummaryEntry(RecordKind Kind, ulong Hash, int Offset, int TotalBytes, uint Deadline, uint Window);
