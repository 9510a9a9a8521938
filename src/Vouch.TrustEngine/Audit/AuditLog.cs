using System.Buffers;
using Vouch.TrustEngine.Diagnostics;

namespace Vouch.TrustEngine.Audit;

/// <summary>An append-only log whose every entry is committed to by a Merkle root: what was once in a checkpoint can be neither changed, removed nor reordered unseen.</summary>
/// <remarks>
/// <para>RFC 6962 / 9162 tree over entries in one file (or in memory). Each record carries its length and CRC-32C, so that an append cut off by a crash is
/// told from damage: the former is removed when the log is opened and reported in <see cref="Recovery"/>, the latter refuses the log with its place.
/// An entry is never served unless its bytes still match the tree.</para>
/// <para>CRCs find accidents. Against someone who rewrites the whole file, keep <see cref="Head"/> or a signed <see cref="Checkpoint"/> elsewhere and give it to
/// <see cref="Verify(string, TreeHead?)"/>.</para>
/// <para>Safe to share: appends are put in order, readers go on meanwhile and wait for no I/O. One writer per file, in this process or another; any number
/// of processes may verify it. Opening reads the whole file once; 72 bytes of memory per entry, at most 2^31 - 1 entries.</para>
/// </remarks>
public sealed partial class AuditLog : IDisposable
{
    private const int StackLimit = 1024;

    private readonly AuditStorage _storage;
    private readonly AuditLogOptions _options;
    private readonly TrustMetrics? _metrics;
    private readonly TimeProvider _time;
    private readonly Lock _writing = new();
    private readonly Lock _flushing = new();
    private readonly Lock _reading = new();

    // Under _reading: what readers see. Written under _writing as well.
    private readonly MerkleTree _tree = new();
    private readonly List<long> _offsets = [];

    private long _end;
    private long _durableEnd;
    private bool _faulted;
    private volatile bool _disposed;

    private AuditLog(AuditStorage storage, string? path, AuditLogOptions options, TrustMetrics? metrics, TimeProvider time)
    {
        _storage = storage;
        _options = options;
        _metrics = metrics;
        _time = time;
        Path = path;
    }

    /// <summary>Gets the log's file, or null for a log in memory.</summary>
    public string? Path { get; }

    /// <summary>Gets what opening the log found at its end.</summary>
    public AuditRecovery Recovery { get; private set; }

    /// <summary>Gets the number of entries.</summary>
    public long Count
    {
        get
        {
            lock (_reading)
            {
                return _tree.Size;
            }
        }
    }

    /// <summary>Gets the present size and root. O(log n) hashes.</summary>
    public TreeHead Head
    {
        get
        {
            lock (_reading)
            {
                return _tree.Head;
            }
        }
    }

    /// <summary>Appends an entry.</summary>
    /// <param name="entry">The entry; copied, may be empty.</param>
    /// <returns>Its index, from 0. It has reached the operating system, and the disk under <see cref="AuditDurability.EveryAppend"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="entry"/> is longer than <see cref="AuditLogOptions.MaxEntryBytes"/>.</exception>
    /// <exception cref="IOException">The entry could not be written; it is not in the log. After a failure that could not be undone every append is refused.</exception>
    /// <exception cref="ObjectDisposedException">The log is closed.</exception>
    public long Append(ReadOnlySpan<byte> entry)
    {
        if (entry.Length > _options.MaxEntryBytes)
        {
            throw new ArgumentException($"An entry has at most {_options.MaxEntryBytes} bytes ({nameof(AuditLogOptions.MaxEntryBytes)}); this one has {entry.Length}.", nameof(entry));
        }

        int length = AuditRecord.Overhead + entry.Length;
        byte[]? rented = length <= StackLimit ? null : ArrayPool<byte>.Shared.Rent(length);
        Span<byte> record = (rented is null ? stackalloc byte[StackLimit] : rented)[..length];
        try
        {
            AuditRecord.WriteBody(record, entry);
            MerkleHash leaf = MerkleTree.HashPrefixedLeaf(record[AuditRecord.HeaderLength..]);
            long index;
            long end;
            lock (_writing)
            {
                RequireWritable();
                AuditRecord.Seal(record, _end);
                WriteOrUndo(record);
                lock (_reading)
                {
                    index = _tree.AppendLeafHash(leaf);
                    _offsets.Add(_end);
                }

                end = _end + length;
                Volatile.Write(ref _end, end);
            }

            _metrics?.Appended(1);
            if (_options.Durability == AuditDurability.EveryAppend)
            {
                MakeDurable(end);
            }

            return index;
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>Appends several entries in one write and, under <see cref="AuditDurability.EveryAppend"/>, one flush. No other entry comes between them.</summary>
    /// <param name="entries">The entries, in order; copied. A crash may keep the first few of them.</param>
    /// <returns>The index of the first, or of the next entry where there are none.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="entries"/> is null.</exception>
    /// <exception cref="ArgumentException">An entry is longer than <see cref="AuditLogOptions.MaxEntryBytes"/>, or all together are longer than 1 GiB.</exception>
    /// <exception cref="IOException">They could not be written; none is in the log.</exception>
    /// <exception cref="ObjectDisposedException">The log is closed.</exception>
    public long AppendRange(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        long total = 0;
        for (int i = 0; i < entries.Count; i++)
        {
            if (entries[i].Length > _options.MaxEntryBytes)
            {
                throw new ArgumentException($"An entry has at most {_options.MaxEntryBytes} bytes ({nameof(AuditLogOptions.MaxEntryBytes)}); entry {i} has {entries[i].Length}.", nameof(entries));
            }

            total += AuditRecord.Overhead + entries[i].Length;
        }

        if (total > 1 << 30)
        {
            throw new ArgumentException($"Entries appended together come to at most 1 GiB; these come to {total} bytes.", nameof(entries));
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)total);
        try
        {
            var leaves = new MerkleHash[entries.Count];
            int at = 0;
            for (int i = 0; i < leaves.Length; i++)
            {
                Span<byte> record = buffer.AsSpan(at, AuditRecord.Overhead + entries[i].Length);
                AuditRecord.WriteBody(record, entries[i].Span);
                leaves[i] = MerkleTree.HashPrefixedLeaf(record[AuditRecord.HeaderLength..]);
                at += record.Length;
            }

            long first = AppendPrepared(buffer.AsSpan(0, at), leaves, entries, out long end);
            _metrics?.Appended(leaves.Length);
            if (_options.Durability == AuditDurability.EveryAppend)
            {
                MakeDurable(end);
            }

            return first;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Forces all entries appended so far to the disk.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <exception cref="ObjectDisposedException">The log is closed.</exception>
    public void Flush()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        MakeDurable(Volatile.Read(ref _end));
    }

    /// <summary>Forces all entries to the disk and closes the log. Calling it again does nothing.</summary>
    public void Dispose()
    {
        lock (_writing)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        lock (_flushing)
        {
            try
            {
                if (_durableEnd < _end)
                {
                    _storage.Flush();
                }
            }
            finally
            {
                _storage.Dispose();
            }
        }
    }

    private long AppendPrepared(Span<byte> records, MerkleHash[] leaves, IReadOnlyList<ReadOnlyMemory<byte>> entries, out long end)
    {
        lock (_writing)
        {
            RequireWritable();
            int at = 0;
            for (int i = 0; i < leaves.Length; i++)
            {
                AuditRecord.Seal(records[at..], _end + at);
                at += AuditRecord.Overhead + entries[i].Length;
            }

            WriteOrUndo(records);
            long first;
            lock (_reading)
            {
                first = _tree.Size;
                long offset = _end;
                for (int i = 0; i < leaves.Length; i++)
                {
                    _tree.AppendLeafHash(leaves[i]);
                    _offsets.Add(offset);
                    offset += AuditRecord.Overhead + entries[i].Length;
                }
            }

            end = _end + records.Length;
            Volatile.Write(ref _end, end);
            return first;
        }
    }

    private void RequireWritable()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_faulted)
        {
            throw new IOException($"The audit log '{Path}' could not undo a failed write and takes no more entries; close it and open it again.");
        }
    }

    private void WriteOrUndo(ReadOnlySpan<byte> bytes)
    {
        bool written = false;
        try
        {
            _storage.Write(_end, bytes);
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
            _storage.Truncate(_end);
        }
        catch (IOException)
        {
            _faulted = true;
        }
    }

    /// <summary>Group commit: whoever comes while a flush runs waits for it, and the next one flushes for all that came meanwhile.</summary>
    private void MakeDurable(long end)
    {
        if (Volatile.Read(ref _durableEnd) >= end)
        {
            return;
        }

        lock (_flushing)
        {
            if (_durableEnd >= end)
            {
                return;
            }

            ObjectDisposedException.ThrowIf(_disposed, this);
            long written = Volatile.Read(ref _end);
            bool timed = _metrics?.TimesFlushes ?? false;
            long started = timed ? _time.GetTimestamp() : 0;
            _storage.Flush();
            Volatile.Write(ref _durableEnd, written);
            if (timed)
            {
                _metrics!.Flushed(_time.GetElapsedTime(started));
            }
        }
    }
}
