using System.Buffers;

namespace Vouch.TrustEngine.Audit;

/// <summary>Reads a log from its first byte to its last and tells whole records, a torn end and damage apart.</summary>
internal static class AuditScan
{
    private const int WindowLength = 1 << 20;

    /// <summary>Calls <paramref name="found"/> with each whole record's offset and leaf hash, in order.</summary>
    public static Outcome Run(AuditStorage storage, Action<long, MerkleHash> found)
    {
        long length = storage.Length;
        Span<byte> fileHeader = stackalloc byte[AuditRecord.FileHeader.Length];
        int headerRead = storage.Read(0, fileHeader);
        if (!AuditRecord.FileHeader.StartsWith(fileHeader[..headerRead]))
        {
            return new Outcome(0, 0, new AuditLogCorruption(0, -1, "The file's header is not that of a Vouch audit log, format 1"));
        }

        if (headerRead < fileHeader.Length)
        {
            return new Outcome(0, length, null);
        }

        byte[] window = ArrayPool<byte>.Shared.Rent(WindowLength);
        try
        {
            long windowStart = 0;
            int windowLength = 0;
            long offset = fileHeader.Length;
            for (long index = 0; offset < length; index++)
            {
                if (!Load(storage, ref window, ref windowStart, ref windowLength, offset, AuditRecord.Overhead, out ReadOnlySpan<byte> header))
                {
                    return new Outcome(offset, length - offset, null);
                }

                if (!AuditRecord.TryReadHeader(header, offset, out int payload, out uint bodyCheck))
                {
                    // Some file systems extend a file before they write to it: zeros up to the end were never acknowledged.
                    return IsZero(storage, offset, length)
                        ? new Outcome(offset, length - offset, null)
                        : new Outcome(offset, 0, new AuditLogCorruption(offset, index, "The record's header is damaged"));
                }

                if (offset + AuditRecord.Overhead + payload > length
                    || !Load(storage, ref window, ref windowStart, ref windowLength, offset, AuditRecord.Overhead + payload, out ReadOnlySpan<byte> record))
                {
                    return new Outcome(offset, length - offset, null);
                }

                if (Crc32C.Compute(record[AuditRecord.HeaderLength..]) != bodyCheck || record[AuditRecord.HeaderLength] != 0)
                {
                    return new Outcome(offset, 0, new AuditLogCorruption(offset, index, "The entry's bytes are damaged"));
                }

                found(offset, MerkleTree.HashPrefixedLeaf(record[AuditRecord.HeaderLength..]));
                offset += record.Length;
            }

            return new Outcome(offset, 0, null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    private static bool Load(
        AuditStorage storage, ref byte[] window, ref long windowStart, ref int windowLength, long offset, int count, out ReadOnlySpan<byte> bytes)
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

    private static bool IsZero(AuditStorage storage, long offset, long length)
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

    /// <summary>Where the whole records end, how many bytes of a cut-off record follow, and the first damage.</summary>
    public readonly record struct Outcome(long End, long TornBytes, AuditLogCorruption? Corruption);
}
