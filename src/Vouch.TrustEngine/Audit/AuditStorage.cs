using Microsoft.Win32.SafeHandles;

namespace Vouch.TrustEngine.Audit;

/// <summary>Where a log's bytes live. Written to by one thread at a time; read by any number, behind what was written.</summary>
internal abstract class AuditStorage : IDisposable
{
    public abstract long Length { get; }

    public abstract void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Reads until the buffer is full or the storage ends; returns how much.</summary>
    public abstract int Read(long offset, Span<byte> buffer);

    public abstract void Truncate(long length);

    /// <summary>Forces everything written to the disk.</summary>
    public abstract void Flush();

    public abstract void Dispose();
}

/// <summary>A file. The log's own lock file keeps a second writer out, in this process or another.</summary>
internal sealed class FileAuditStorage : AuditStorage
{
    private readonly SafeFileHandle _file;
    private readonly FileStream? _lock;

    private FileAuditStorage(SafeFileHandle file, FileStream? lockFile)
    {
        _file = file;
        _lock = lockFile;
    }

    public override long Length => RandomAccess.GetLength(_file);

    public static FileAuditStorage OpenForWriting(string path)
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
            return new FileAuditStorage(File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read), lockFile);
        }
        catch
        {
            lockFile.Dispose();
            throw;
        }
    }

    public static FileAuditStorage OpenForReading(string path) =>
        new(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), null);

    public override void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(_file, bytes, offset);

    public override int Read(long offset, Span<byte> buffer)
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

    public override void Truncate(long length) => RandomAccess.SetLength(_file, length);

    public override void Flush() => RandomAccess.FlushToDisk(_file);

    public override void Dispose()
    {
        _file.Dispose();
        _lock?.Dispose();
    }
}

/// <summary>Memory, in blocks of 1 MiB.</summary>
internal sealed class MemoryAuditStorage : AuditStorage
{
    private const int BlockLength = 1 << 20;
    private readonly Lock _gate = new();
    private readonly List<byte[]> _blocks = [];
    private long _length;

    public override long Length
    {
        get
        {
            lock (_gate)
            {
                return _length;
            }
        }
    }

    public override void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            while (offset + bytes.Length > (long)_blocks.Count * BlockLength)
            {
                _blocks.Add(new byte[BlockLength]);
            }

            _length = Math.Max(_length, offset + bytes.Length);
            while (bytes.Length > 0)
            {
                int at = (int)(offset % BlockLength);
                int part = Math.Min(bytes.Length, BlockLength - at);
                bytes[..part].CopyTo(_blocks[(int)(offset / BlockLength)].AsSpan(at));
                bytes = bytes[part..];
                offset += part;
            }
        }
    }

    public override int Read(long offset, Span<byte> buffer)
    {
        lock (_gate)
        {
            int wanted = (int)Math.Clamp(_length - offset, 0, buffer.Length);
            int done = 0;
            while (done < wanted)
            {
                int at = (int)((offset + done) % BlockLength);
                int part = Math.Min(wanted - done, BlockLength - at);
                _blocks[(int)((offset + done) / BlockLength)].AsSpan(at, part).CopyTo(buffer[done..]);
                done += part;
            }

            return wanted;
        }
    }

    public override void Truncate(long length)
    {
        lock (_gate)
        {
            _length = length;
        }
    }

    public override void Flush()
    {
    }

    public override void Dispose()
    {
    }
}
