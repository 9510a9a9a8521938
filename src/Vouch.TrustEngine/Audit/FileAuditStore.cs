using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;

namespace Vouch.TrustEngine.Audit;

/// <summary>A file of records; see <see cref="AuditRecord"/>. Its own lock file keeps a second writer out, in this process or another.</summary>
internal sealed class FileAuditStore : IAuditStore
{
    private readonly SafeFileHandle _file;
    private readonly FileStream? _lock;
    private readonly Lock _gate = new();
    private readonly OffsetList _offsets = new();
    private long _end;
    private bool _faulted;

    private FileAuditStore(string path, SafeFileHandle file, FileStream? lockFile)
    {
        Location = path;
        _file = file;
        _lock = lockFile;
    }

    public string? Location { get; }

    public long Length => RandomAccess.GetLength(_file);

    public static FileAuditStore OpenForWriting(string path)
    {
        // FileShare.Read alone does not keep a second writer out on Unix, where only FileShare.None takes an exclusive lock.
        FileStream lockFile;
        try
        {
            lockFile = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (File.Exists(path + ".lock"))
        {
            throw new IOException($"The audit log '{path}' is open for writing elsewhere; one writer at a time.", error);
        }

        try
        {
            return new FileAuditStore(path, File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read), lockFile);
        }
        catch
        {
            lockFile.Dispose();
            throw;
        }
    }

    public static FileAuditStore OpenForReading(string path) =>
        new(path, File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), null);

    public AuditStoreContent Load(AuditEntryVisitor visit, bool repair)
    {
        AuditStoreContent content = AuditScan.Run(this, visit, _offsets.Add, out long end);
        if (repair && content.Corruption is null)
        {
            if (content.TornBytes > 0)
            {
                RandomAccess.SetLength(_file, end);
            }

            if (end == 0)
            {
                RandomAccess.Write(_file, AuditRecord.FileHeader, 0);
            }

            if (end == 0 || content.TornBytes > 0)
            {
                Flush();
            }
        }

        _end = Math.Max(end, AuditRecord.FileHeader.Length);
        return content;
    }

    public void Append(long firstIndex, AuditEntries entries)
    {
        if (_faulted)
        {
            throw new IOException($"The audit log '{Location}' could not undo a failed write and takes no more entries; close it and open it again.");
        }

        int length = 0;
        for (int i = 0; i < entries.Count; i++)
        {
            length = checked(length + AuditRecord.Overhead + entries[i].Length);
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            int at = 0;
            for (int i = 0; i < entries.Count; i++)
            {
                at += AuditRecord.Write(buffer.AsSpan(at), entries[i], _end + at);
            }

            WriteOrUndo(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        lock (_gate)
        {
            for (int i = 0; i < entries.Count; i++)
            {
                _offsets.Add(_end);
                _end += AuditRecord.Overhead + entries[i].Length;
            }
        }
    }

    public void Flush() => RandomAccess.FlushToDisk(_file);

    public bool TryRead(long index, [NotNullWhen(true)] out byte[]? entry, [NotNullWhen(false)] out AuditLogCorruption? corruption)
    {
        long offset = GetOffset(index);
        entry = null;
        Span<byte> header = stackalloc byte[AuditRecord.Overhead];
        if (Read(offset, header) < header.Length || !AuditRecord.TryReadHeader(header, offset, out int length, out _))
        {
            corruption = new AuditLogCorruption(offset, index, "The record's header is damaged");
            return false;
        }

        byte[] payload = new byte[length];
        if (Read(offset + AuditRecord.Overhead, payload) < length)
        {
            corruption = new AuditLogCorruption(offset, index, "The record is cut off");
            return false;
        }

        corruption = null;
        entry = payload;
        return true;
    }

    public long GetOffset(long index)
    {
        lock (_gate)
        {
            return _offsets[index];
        }
    }

    /// <summary>Reads until the buffer is full or the file ends; returns how much.</summary>
    public int Read(long offset, Span<byte> buffer)
    {
        int total = 0;
        while (total < buffer.Length)
        {
            int read = RandomAccess.Read(_file, buffer[total..], offset + total);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }

    public void Dispose()
    {
        _file.Dispose();
        _lock?.Dispose();
    }

    private void WriteOrUndo(ReadOnlySpan<byte> bytes)
    {
        bool written = false;
        try
        {
            RandomAccess.Write(_file, bytes, _end);
            written = true;
        }
        finally
        {
            if (!written)
            {
                Undo();
            }
        }
    }

    private void Undo()
    {
        try
        {
            RandomAccess.SetLength(_file, _end);
        }
        catch (IOException)
        {
            _faulted = true;
        }
    }
}
