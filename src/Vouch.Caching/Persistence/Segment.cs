using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;

namespace Vouch.Caching.Persistence;

/// <summary>
/// One file of records, memory-mapped: what is written here is in the operating system's hands at once and survives the death of the process without a system call. Its
/// space is reserved when it is made, so that a full disk shows then and not as a fault while writing.
/// </summary>
/// <remarks>One thread appends; any number read. Readers hold a reference (<see cref="TryAcquire"/>), and the file is unmapped, and deleted where asked, when the last one is gone.</remarks>
internal sealed unsafe class Segment
{
    public const string Extension = ".seg";
    private const string UnfinishedExtension = ".new";

    private readonly FileStream _file;
    private readonly MemoryMappedFile _mapping;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private int _references = 1;
    private int _end;
    private volatile bool _deleteAtEnd;

    private Segment(string path, FileStream file, SegmentHeader? header, long id)
    {
        Path = path;
        _file = file;
        Length = checked((int)file.Length);
        _mapping = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _mapping.CreateViewAccessor(0, Length, MemoryMappedFileAccess.ReadWrite);
        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _start = pointer + _view.PointerOffset;
        header?.Write(Bytes(0, SegmentHeader.Size));
        SegmentHeader? found = SegmentHeader.Read(Bytes(0, Math.Min(SegmentHeader.Size, Length)));

        // A header that speaks of another file is as good as none. A file that was cut off still holds what comes before the cut.
        Header = found is not null && found.Id == id && found.Capacity >= Length ? found : null;
        _end = Header is null ? -1 : SegmentHeader.CommittedEnd(CommitMark, Header.Salt, Header.Capacity);
        Id = id;
    }

    public string Path { get; }

    public long Id { get; }

    /// <summary>Gets what the segment says of itself, null where that is damaged.</summary>
    public SegmentHeader? Header { get; }

    /// <summary>Gets the file's length in bytes.</summary>
    public int Length { get; }

    /// <summary>Gets where the records end, in bytes; -1 where that is damaged; beyond <see cref="Length"/> where the file was cut off.</summary>
    public int End => Volatile.Read(ref _end);

    /// <summary>Gets or sets whether the header was made unreadable on purpose: nothing of this segment or an older one will be read again.</summary>
    public bool IsDisowned { get; private set; }

    private ulong CommitMark => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(SegmentHeader.CommitMarkOffset, sizeof(ulong)));

    public static string PathOf(string folder, long id) => System.IO.Path.Combine(folder, id.ToString("D12", System.Globalization.CultureInfo.InvariantCulture) + Extension);

    /// <summary>Makes an empty segment. It takes its name only when its header is written: a half-made one is never seen as a segment.</summary>
    public static Segment Create(string folder, SegmentHeader header)
    {
        string path = PathOf(folder, header.Id);
        string unfinished = path + UnfinishedExtension;
        FileStream? file = null;
        try
        {
            file = new FileStream(unfinished, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.ReadWrite,
                Share = FileShare.Read | FileShare.Delete,
                PreallocationSize = header.Capacity,
                BufferSize = 0,
            });
            file.SetLength(header.Capacity);
            var segment = new Segment(path, file, header, header.Id);
            File.Move(unfinished, path, overwrite: true);
            return segment;
        }
        catch
        {
            file?.Dispose();
            File.Delete(unfinished);
            throw;
        }
    }

    public static Segment Open(string path, long id)
    {
        var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 });
        try
        {
            return new Segment(path, file, null, id);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Removes what a process that died left half made.</summary>
    public static void DeleteUnfinished(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder, "*" + UnfinishedExtension))
        {
            File.Delete(path);
        }
    }

    /// <summary>The mapped bytes themselves; hold a reference while using them.</summary>
    public Span<byte> Bytes(int offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)offset + (ulong)(uint)length, (ulong)Length, nameof(length));
        return new Span<byte>(_start + offset, length);
    }

    public bool HasRoom(long bytes) => Header is not null && _end >= 0 && !IsDisowned && bytes <= Length - _end;

    /// <summary>Reads the record header at an offset; false where it is damaged, or says that the record goes beyond <paramref name="limit"/>.</summary>
    public bool TryReadHeader(int offset, int limit, out RecordHeader header)
    {
        header = default;
        return Header is not null && offset >= SegmentHeader.Size && offset <= limit - RecordHeader.Size
            && RecordHeader.TryRead(Bytes(offset, RecordHeader.Size), Header.Salt, out header) && header.TotalBytes <= limit - offset;
    }

    /// <summary>Appends a record and returns where it stands. The commit mark moves last: a record that was being written when the process died is as if never begun.</summary>
    public int Append(in RecordHeader header, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        int offset = _end;
        int total = (int)header.TotalBytes;
        Span<byte> record = Bytes(offset, total);
        key.CopyTo(record[RecordHeader.Size..]);
        value.CopyTo(record[(RecordHeader.Size + key.Length)..]);
        header.Write(record, Header!.Salt);
        Volatile.Write(ref *(ulong*)(_start + SegmentHeader.CommitMarkOffset), SegmentHeader.CommitMark(offset + total, Header.Salt));
        Volatile.Write(ref _end, offset + total);
        return offset;
    }

    /// <summary>Makes the header unreadable. Used where something is out of date and the disk has no room to say so.</summary>
    public void Disown()
    {
        IsDisowned = true;
        Bytes(0, 8).Clear();
    }

    /// <summary>Forces the segment to the disk.</summary>
    public void Flush()
    {
        _view.Flush();
        RandomAccess.FlushToDisk(_file.SafeFileHandle);
    }

    public bool TryAcquire()
    {
        int seen = Volatile.Read(ref _references);
        while (seen > 0)
        {
            int before = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _mapping.Dispose();
            _file.Dispose();
            if (_deleteAtEnd)
            {
                Delete(Path);
            }
        }
    }

    /// <summary>Gives up the owner's reference and deletes the file with the last one.</summary>
    public void Drop()
    {
        _deleteAtEnd = true;
        Release();
    }

    /// <summary>Deletes a segment's file and its summary.</summary>
    public static void Delete(string path)
    {
        File.Delete(SegmentSummary.PathOf(path));
        File.Delete(path);
    }
}
