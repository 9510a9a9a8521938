using System.Buffers;

namespace Vouch.TrustEngine.Audit;

/// <summary>Reads a log from its first byte to its last and tells whole records, a torn end and damage apart.</summary>
internal static class AuditScan
{
    private const int WindowLength = 1 << 20;

    /// <summary>Calls <paramref name="visit"/> and <paramref name="locate"/> with each whole record's entry and offset, in order.</summary>
    /// <param name="file">The file.</param>
    /// <param name="visit">Takes the entry.</param>
    /// <param name="locate">Takes the record's offset.</param>
    /// <param name="end">Where the whole records end.</param>
    public static AuditStoreContent Run(FileAuditStore file, AuditEntryVisitor visit, Action<long> locate, out long end)
    {
        Outcome outcome = Run(file, visit, locate);
        end = outcome.End;
        return new AuditStoreContent(outcome.Entries, outcome.TornBytes, outcome.Corruption);
    }

    private static Outcome Run(FileAuditStore storage, AuditEntryVisitor visit, Action<long> locate)
    {
        long length = storage.Length;
        Span<byte> fileHeader = stackalloc byte[AuditRecord.FileHeader.Length];
        int headerRead = storage.Read(0, fileHeader);
        if (!AuditRecord.FileHeader.StartsWith(fileHeader[..headerRead]))
        {
            return new Outcome(0, 0, 0, new AuditLogCorruption(0, -1, "The file's header is not that of a Vouch audit log, format 1"));
        }

        if (headerRead < fileHeader.Length)
        {
            return new Outcome(0, 0, length, null);
        }

        byte[] window = ArrayPool<byte>.Shared.Rent(WindowLength);
        try
        {
            long windowStart = 0;
            int windowLength = 0;
            long offset = fileHeader.Length;
            long index = 0;
            for (; offset < length; index++)
            {
                if (!Load(storage, ref window, ref windowStart, ref windowLength, offset, AuditRecord.Overhead, out ReadOnlySpan<byte> header))
                {
                    return new Outcome(offset, index, length - offset, null);
                }

                if (!AuditRecord.TryReadHeader(header, offset, out int payload, out uint bodyCheck))
                {
                    // Some file systems extend a file before they write to it: zeros up to the end were never acknowledged.
                    return IsZero(storage, offset, length)
                        ? new Outcome(offset, index, length - offset, null)
                        : new Outcome(offset, index, 0, new AuditLogCorruption(offset, index, "The record's header is damaged"));
                }

                if (offset + AuditRecord.Overhead + payload > length
                    || !Load(storage, ref window, ref windowStart, ref windowLength, offset, AuditRecord.Overhead + payload, out ReadOnlySpan<byte> record))
                {
                    return new Outcome(offset, index, length - offset, null);
                }

                if (Crc32C.Compute(record[AuditRecord.HeaderLength..]) != bodyCheck || record[AuditRecord.HeaderLength] != 0)
                {
                    return new Outcome(offset, index, 0, new AuditLogCorruption(offset, index, "The entry's bytes are damaged"));
                }

                visit(record[AuditRecord.Overhead..]);
                locate(offset);
                offset += record.Length;
            }

            return new Outcome(offset, index, 0, null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    private static bool Load(
        FileAuditStore storage, ref byte[] window, ref long windowStart, ref int windowLength, long offset, int count, out ReadOnlySpan<byte> bytes)
    {
        if (offset < windowStart || offset + count > windowStart + windowLength)
        {
            if (count > window.Length)
            {
                ArrayPool<byte>.Shared.Return(window);
                window = ArrayPool<byte>.Shared.Rent(count);
            }

            windowStart = offset;
            windowLength = storage.Read(offset, window);
        }

        int at = (int)(offset - windowStart);
        bool whole = at + count <= windowLength;
        bytes = whole ? window.AsSpan(at, count) : default;
        return whole;
    }

    private static bool IsZero(FileAuditStore storage, long offset, long length)
    {
        Span<byte> part = stackalloc byte[4096];
        while (offset < length)
        {
            int read = storage.Read(offset, part);
            if (part[..read].ContainsAnyExcept((byte)0))
            {
                return false;
            }

            offset += Math.Max(read, 1);
        }

        return true;
    }

    /// <summary>Where the whole records end, how many there are, how many bytes of a cut-off record follow, and the first damage.</summary>
    private readonly record struct Outcome(long End, long Entries, long TornBytes, AuditLogCorruption? Corruption);
}
