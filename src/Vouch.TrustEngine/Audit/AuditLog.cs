using Vouch.TrustEngine.Diagnostics;

namespace Vouch.TrustEngine.Audit;

/// <summary>An append-only log whose every entry is committed to by a Merkle root: what was once in a checkpoint can be neither changed, removed nor reordered unseen.</summary>
/// <remarks>
/// <para>RFC 6962 / 9162 tree over entries in one file, in memory, or in another <see cref="IAuditStore"/>. Each record carries its length and CRC-32C, so that an append cut off by a crash is
/// told from damage: the former is removed when the log is opened and reported in <see cref="Recovery"/>, the latter refuses the log with its place.
/// An entry is never served unless its bytes still match the tree.</para>
/// <para>CRCs find accidents. Against someone who rewrites the whole file, keep <see cref="Head"/> or a signed <see cref="Checkpoint"/> elsewhere and give it to
/// <see cref="Verify(string, TreeHead?)"/>.</para>
/// <para>Safe to share: appends are put in order, readers go on meanwhile and wait for no I/O. One writer per file, in this process or another; any number
/// of processes may verify it. Opening reads the whole file once; 72 bytes of memory per entry.</para>
/// <para>Single appends are hashed some hundreds at a time, side by side in vectors, when enough have come or a reader asks; what a reader sees is always hashed.</para>
/// </remarks>
public sealed partial class AuditLog : IDisposable
{
    private const int HashedTogether = 256;
    private const int LargestToHash = 1 << 20;
    private const int LargestRange = 1 << 30;

    private readonly IAuditStore _store;
    private readonly AuditLogOptions _options;
    private readonly TrustMetrics? _metrics;
    private readonly TimeProvider _time;
    private readonly AuditBacklog _backlog = new();

    // Taken in this order, never the other way round: writing, reading, the backlog's own. Flushing stands alone.
    private readonly Lock _writing = new();
    private readonly Lock _reading = new();
    private readonly Lock _flushing = new();

    // Under _reading.
    private readonly MerkleTree _tree = new();

    // Under _writing: at most how much the entries come to that wait to be hashed.
    private long _bytesToHash;

    private long _hashed;
    private long _durable;
    private Exception? _flushFault;
    private bool _isStoreClosed;
    private volatile bool _disposed;

    private AuditLog(IAuditStore store, AuditLogOptions options, TrustMetrics? metrics, TimeProvider time)
    {
        _store = store;
        _options = options;
        _metrics = metrics;
        _time = time;
    }

    /// <summary>Gets the log's file or what else its store calls its place, or null for a log in memory.</summary>
    public string? Path => _store.Location;

    /// <summary>Gets what opening the log found at its end.</summary>
    public AuditRecovery Recovery { get; private set; }

    /// <summary>Gets the number of entries.</summary>
    public long Count => _backlog.Written;

    /// <summary>Gets the present size and root. O(log n) hashes, and those of the last few entries.</summary>
    public TreeHead Head
    {
        get
        {
            lock (_reading)
            {
                Hash();
                return _tree.Head;
            }
        }
    }

    /// <summary>Appends an entry.</summary>
    /// <param name="entry">The entry; copied, may be empty.</param>
    /// <returns>Its index, from 0. It has reached the operating system, and the disk under <see cref="AuditDurability.EveryAppend"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="entry"/> is longer than <see cref="AuditLogOptions.MaxEntryBytes"/>.</exception>
    /// <exception cref="IOException">The entry could not be written and is not in the log; or it is in the log, but the disk refused to make it durable.</exception>
    /// <exception cref="ObjectDisposedException">The log is closed.</exception>
    public long Append(ReadOnlySpan<byte> entry)
    {
        RequireLength(entry.Length, nameof(entry));
        AuditBacklog.Ticket ticket = _backlog.Stage(entry);
        WriteThrough(ticket.Index);
        ticket.RequireWritten();
        _metrics?.Appended(1);
        if (_options.Durability == AuditDurability.EveryAppend)
        {
            MakeDurable(ticket.Index + 1);
        }

        return ticket.Index;
    }

    /// <summary>Appends several entries in one write and, under <see cref="AuditDurability.EveryAppend"/>, one flush. No other entry comes between them.</summary>
    /// <param name="entries">The entries, in order; copied. A crash may keep the first few of them.</param>
    /// <returns>The index of the first, or of the next entry where there are none.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="entries"/> is null.</exception>
    /// <exception cref="ArgumentException">An entry is longer than <see cref="AuditLogOptions.MaxEntryBytes"/>, or all together are longer than 1 GiB.</exception>
    /// <exception cref="IOException">They could not be written, and none is in the log; or they are in the log, but the disk refused to make them durable.</exception>
    /// <exception cref="ObjectDisposedException">The log is closed.</exception>
    public long AppendRange(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        long bytes = 0;
        for (int i = 0; i < entries.Count; i++)
        {
            if (entries[i].Length > _options.MaxEntryBytes)
            {
                throw new ArgumentException($"An entry has at most {_options.MaxEntryBytes} bytes ({nameof(AuditLogOptions.MaxEntryBytes)}); entry {i} has {entries[i].Length}.", nameof(entries));
            }

            bytes += entries[i].Length;
        }

        if (bytes + ((long)AuditRecord.Overhead * entries.Count) > LargestRange)
        {
            throw new ArgumentException($"Entries appended together come to at most 1 GiB, {AuditRecord.Overhead} bytes each included; these come to {bytes} bytes without.", nameof(entries));
        }

        if (entries.Count == 0)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return Count;
        }

        AuditBacklog.Ticket last = _backlog.Stage(entries, bytes);
        WriteThrough(last.Index);
        last.RequireWritten();
        _metrics?.Appended(entries.Count);
        if (_options.Durability == AuditDurability.EveryAppend)
        {
            MakeDurable(last.Index + 1);
        }

        return last.Index + 1 - entries.Count;
    }

    /// <summary>Forces all entries appended so far to the disk.</summary>
    /// <exception cref="IOException">The disk refused. What was not durable by then may be lost even if a later attempt seems to succeed, so the log takes no more entries.</exception>
    /// <exception cref="ObjectDisposedException">The log is closed.</exception>
    public void Flush()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        MakeDurable(_backlog.Written);
    }

    /// <summary>Writes what is under way, forces all entries to the disk and closes the log. Calling it again does nothing.</summary>
    public void Dispose()
    {
        lock (_writing)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _backlog.Close();
        }

        StopCommitting();
        lock (_writing)
        {
            Write();
        }

        lock (_flushing)
        {
            try
            {
                if (_durable < _backlog.Written && _flushFault is null)
                {
                    _store.Flush();
                    Volatile.Write(ref _durable, _backlog.Written);
                }
            }
            finally
            {
                _isStoreClosed = true;
                _store.Dispose();
            }
        }
    }

    private void RequireLength(int length, string name)
    {
        if (length > _options.MaxEntryBytes)
        {
            throw new ArgumentException($"An entry has at most {_options.MaxEntryBytes} bytes ({nameof(AuditLogOptions.MaxEntryBytes)}); this one has {length}.", name);
        }
    }

    /// <summary>Whoever gets to write writes for all that wait.</summary>
    private void WriteThrough(long index)
    {
        lock (_writing)
        {
            if (_backlog.Written <= index)
            {
                Write();
            }
        }
    }

    // Under _writing. Does not throw where the store refuses: the tickets of what was dropped know.
    private void Write()
    {
        AuditChunk? chunk = null;
        int end = 0;
        while (_backlog.TryNext(ref chunk, out int start, ref end))
        {
            if (Volatile.Read(ref _flushFault) is { } fault)
            {
                _backlog.Fail(fault);
                return;
            }

            _bytesToHash += chunk.Bytes(start, end);
            try
            {
                _store.Append(chunk.FirstIndex + start, chunk.Entries(start, end));
            }
            catch (Exception cause)
            {
                _backlog.Fail(cause);
                return;
            }
        }

        if (_backlog.Written - Volatile.Read(ref _hashed) >= HashedTogether || _bytesToHash >= LargestToHash)
        {
            lock (_reading)
            {
                Hash();
            }

            _bytesToHash = 0;
        }
    }

    // Under _reading: takes into the tree what was written since. Entries are hashed many at a time, which costs a fraction of one by one.
    private void Hash()
    {
        Span<MerkleHash> leaves = stackalloc MerkleHash[HashedTogether];
        while (_backlog.TryNextToHash(out AuditChunk? chunk, out int start, out int end))
        {
            for (; start < end; start += HashedTogether)
            {
                Span<MerkleHash> part = leaves[..Math.Min(HashedTogether, end - start)];
                chunk.HashLeaves(start, part);
                _tree.AppendLeafHashes(part);
            }

            chunk.Hashed = end;
            Volatile.Write(ref _hashed, _tree.Size);
        }
    }

    /// <summary>Group commit: whoever comes while a flush runs waits for it, and the next one flushes for all that came meanwhile.</summary>
    private void MakeDurable(long count)
    {
        if (Volatile.Read(ref _durable) >= count)
        {
            return;
        }

        lock (_flushing)
        {
            if (_durable >= count)
            {
                return;
            }

            ObjectDisposedException.ThrowIf(_isStoreClosed, this);
            if (_flushFault is { } earlier)
            {
                throw new IOException($"The disk refused an earlier flush of the audit log '{Path}': {earlier.Message}. Close the log and open it again to see what it holds.", earlier);
            }

            long written = _backlog.Written;
            bool timed = _metrics?.TimesFlushes ?? false;
            long started = timed ? _time.GetTimestamp() : 0;
            try
            {
                _store.Flush();
            }
            catch (IOException refused)
            {
                // After a failed fsync the system may have dropped the pages: another one that succeeds would prove nothing.
                Volatile.Write(ref _flushFault, refused);
                throw;
            }

            Volatile.Write(ref _durable, written);
            if (timed)
            {
                _metrics!.Flushed(_time.GetElapsedTime(started));
            }
        }
    }
}
