using System.Diagnostics.CodeAnalysis;

namespace Vouch.TrustEngine.Audit;

/// <summary>The entries of a log that are not yet both written and hashed, in order. Safe to share; no call waits for I/O.</summary>
internal sealed class AuditBacklog
{
    private const int KeptChunks = 4;
    private const int LongEntries = 1 << 16;
    private const int LongBytes = 1 << 26;
    private readonly Lock _gate = new();
    private readonly List<AuditChunk> _chunks = [];
    private readonly Stack<AuditChunk> _free = new();
    private Generation _generation = new();
    private CommitGroup? _group;
    private long _first;
    private long _staged;
    private long _written;
    private long _unwrittenBytes;
    private bool _isClosed;

    /// <summary>Gets the number of entries that the store has.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Gets whether so much waits to be written that whoever adds to it should help first.</summary>
    public bool IsLong => Volatile.Read(ref _staged) - Volatile.Read(ref _written) >= LongEntries || Volatile.Read(ref _unwrittenBytes) >= LongBytes;

    public void Start(long entries)
    {
        _first = entries;
        _staged = entries;
        _written = entries;
    }

    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }
    }

    /// <exception cref="ObjectDisposedException">The log is closed.</exception>
    public Ticket Stage(ReadOnlySpan<byte> entry)
    {
        lock (_gate)
        {
            Room(entry.Length, 1).Add(entry);
            return new Ticket(_staged++, _generation, null);
        }
    }

    /// <summary>Stages an entry that a committer will write; the first one of a group is told so.</summary>
    /// <exception cref="ObjectDisposedException">The log is closed.</exception>
    public Ticket StageForCommit(ReadOnlySpan<byte> entry, out bool isFirst)
    {
        lock (_gate)
        {
            Room(entry.Length, 1).Add(entry);
            isFirst = _group is null;
            _group ??= new CommitGroup();
            _group.Entries++;
            return new Ticket(_staged++, _generation, _group);
        }
    }

    /// <summary>Stages several entries that are written together or not at all; the ticket is that of the last.</summary>
    /// <exception cref="ObjectDisposedException">The log is closed.</exception>
    public Ticket Stage(IReadOnlyList<ReadOnlyMemory<byte>> entries, long bytes)
    {
        lock (_gate)
        {
            AuditChunk chunk = Room(bytes, entries.Count);
            for (int i = 0; i < entries.Count; i++)
            {
                chunk.Add(entries[i].Span);
            }

            _staged += entries.Count;
            return new Ticket(_staged - 1, _generation, null);
        }
    }

    public CommitGroup? TakeGroup()
    {
        lock (_gate)
        {
            CommitGroup? group = _group;
            _group = null;
            return group;
        }
    }

    /// <summary>The next stretch that is to be written, after the one before it was. One writer at a time.</summary>
    /// <param name="chunk">The chunk that was written to the end given, or null; then the next one, or null.</param>
    /// <param name="start">Where the stretch starts within the chunk.</param>
    /// <param name="end">Where the stretch that was written ended, then where the next one ends.</param>
    public bool TryNext([NotNullWhen(true)] ref AuditChunk? chunk, out int start, ref int end)
    {
        lock (_gate)
        {
            if (chunk is not null)
            {
                _unwrittenBytes -= chunk.Bytes(chunk.Written, end);
                _written += end - chunk.Written;
                chunk.Written = end;
            }

            // Nearly always the last one.
            int at = _chunks.Count - 1;
            while (at > 0 && _chunks[at - 1].Written < _chunks[at - 1].Count)
            {
                at--;
            }

            chunk = at >= 0 && _chunks[at].Written < _chunks[at].Count ? _chunks[at] : null;
            start = chunk?.Written ?? 0;
            end = chunk?.Count ?? 0;
            return chunk is not null;
        }
    }

    /// <summary>Drops everything that was not written: it never was in the log, and whoever appended it is told why.</summary>
    public void Fail(Exception cause)
    {
        lock (_gate)
        {
            _generation.Fail(_written, cause);
            _generation = new Generation();
            int last = _chunks.FindIndex(static chunk => chunk.Written < chunk.Count);
            _chunks[last].Truncate(_chunks[last].Written);
            _chunks.RemoveRange(last + 1, _chunks.Count - last - 1);
            _staged = _written;
            _unwrittenBytes = 0;
        }
    }

    /// <summary>The next stretch that is to be hashed. One at a time.</summary>
    public bool TryNextToHash([NotNullWhen(true)] out AuditChunk? chunk, out int start, out int end)
    {
        lock (_gate)
        {
            while (_chunks.Count > 1 && _chunks[0].Hashed == _chunks[0].Count)
            {
                if (_chunks[0].IsReusable && _free.Count < KeptChunks)
                {
                    _free.Push(_chunks[0]);
                }

                _chunks.RemoveAt(0);
            }

            chunk = _chunks.Count > 0 && _chunks[0].Hashed < _chunks[0].Written ? _chunks[0] : null;
            start = chunk?.Hashed ?? 0;
            end = chunk?.Written ?? 0;
            return chunk is not null;
        }
    }

    // Under the gate.
    private AuditChunk Room(long bytes, int entries)
    {
        ObjectDisposedException.ThrowIf(_isClosed, typeof(AuditLog));
        if (_chunks.Count == 0 || !_chunks[^1].HasRoom(bytes, entries))
        {
            AuditChunk fresh = bytes + entries <= AuditChunk.BufferLength && _free.TryPop(out AuditChunk? kept) && kept.HasRoomWhenEmpty(bytes, entries)
                ? kept
                : new AuditChunk(checked((int)(bytes + entries)), entries, isSmall: _staged == _first);
            fresh.Reset(_staged);
            _chunks.Add(fresh);
        }

        _unwrittenBytes += bytes + entries;
        return _chunks[^1];
    }

    /// <summary>Where an entry stands, and what happened to those staged with it.</summary>
    /// <param name="Index">The entry's index.</param>
    /// <param name="Generation">The entries staged between two failures.</param>
    /// <param name="Group">The group that is committed together, or null.</param>
    public readonly record struct Ticket(long Index, Generation Generation, CommitGroup? Group)
    {
        /// <exception cref="IOException">The entry could not be written.</exception>
        public void RequireWritten() => Generation.RequireWritten(Index);
    }

    /// <summary>Entries staged between two failures.</summary>
    public sealed class Generation
    {
        private Exception? _cause;
        private long _failedFrom;

        public void Fail(long from, Exception cause)
        {
            _failedFrom = from;
            Volatile.Write(ref _cause, cause);
        }

        public void RequireWritten(long index)
        {
            if (Volatile.Read(ref _cause) is { } cause && index >= _failedFrom)
            {
                throw new IOException($"The entry could not be written and is not in the log: {cause.Message}", cause);
            }
        }
    }

    /// <summary>Entries that wait for one commit.</summary>
    public sealed class CommitGroup
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Entries { get; set; }

        public Task Done => _done.Task;

        public void Complete() => _done.SetResult();

        public void Fail(Exception cause) => _done.SetException(cause);
    }
}
