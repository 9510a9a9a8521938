using Vouch.Core.Exceptions;

namespace Vouch.Execution.Journal;

/// <summary>The bytes of accepted results, one after another. The audit log says where each stands and what its hash is; anything behind the last one is torn and overwritten.</summary>
internal sealed class ResultFile : IDisposable
{
    private readonly FileStream _stream;
    private readonly string _path;
    private long _end;

    public ResultFile(string path)
    {
        _path = path;
        _stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 1);
        _end = _stream.Length;
    }

    /// <summary>Where the next result goes.</summary>
    public long End => _end;

    /// <summary>Drops what stands behind the last result that the log knows of.</summary>
    /// <returns>How many bytes were dropped.</returns>
    public long Truncate(long end)
    {
        long dropped = _end - end;
        if (dropped > 0)
        {
            _stream.SetLength(end);
            _end = end;
        }

        return Math.Max(0, dropped);
    }

    /// <summary>Writes a result and waits until it is on the disk.</summary>
    public long Append(ReadOnlySpan<byte> data)
    {
        long offset = _end;
        _stream.Position = offset;
        _stream.Write(data);
        _stream.Flush(flushToDisk: true);
        _end = offset + data.Length;
        return offset;
    }

    /// <exception cref="InputValidationException">The file is shorter than the log says.</exception>
    public byte[] Read(long offset, int length)
    {
        if (offset < 0 || length < 0 || offset > _end - length)
        {
            throw new InputValidationException($"The result file '{_path}' has {_end} bytes; the log speaks of {length} bytes at {offset}. Put the journal aside or restore it from a copy.")
            {
                DataSource = _path,
                Location = $"byte {offset}",
            };
        }

        byte[] data = new byte[length];
        _stream.Position = offset;
        _stream.ReadExactly(data);
        return data;
    }

    public void Dispose() => _stream.Dispose();
}
