using System.Buffers.Binary;
using System.Globalization;
using Vouch.Core.Exceptions;
using Vouch.Core.Policy;

namespace Vouch.Caching.Persistence;

public sealed partial class PersistentCache
{
    private const int NoteSize = 16;

    private int _recoveredDamage;
    private long _suspected;

    // Oldest to newest, each record takes the place of what came before it. The one rule: what cannot be read may have replaced or removed anything older, unless something
    // else (a summary, the other end of the record) says what it was.
    private PersistentRecovery Recover()
    {
        string folder = _options.Folder;
        Segment.DeleteUnfinished(folder);
        long newest = ReadNewest();
        long[] ids = [.. Directory.EnumerateFiles(folder, "*" + Segment.Extension)
            .Select(static path => long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : -1)
            .Where(static id => id >= 0).Order()];

        // Without the newest segment nobody knows what became of the entries in the others.
        List<Segment> kept = ids.Length > 0 && newest >= 0 && ids[^1] >= newest ? OpenNewest(ids) : [];
        int discarded = ids.Length - kept.Count;
        if (discarded > 0)
        {
            Log.Discarded(_logger, discarded);
            foreach (long id in ids.AsSpan(0, discarded))
            {
                Segment.Delete(Segment.PathOf(folder, id));
            }
        }

        SegmentHeader? model = kept.Select(static segment => segment.Header).LastOrDefault(static header => header is not null);
        _store = model?.Store ?? RandomNumber();
        _hashSeed = model?.HashSeed ?? RandomNumber();
        _epoch = model?.Epoch ?? Now();
        _deadlines = new Deadlines(_epoch);
        uint passed = _deadlines.Passed(Now());
        bool damaged = false;
        foreach (Segment segment in kept)
        {
            _segments[SlotOf(segment.Id)] = segment;
            damaged = !TryReadSummary(segment, passed) && ReadRecords(segment, passed);
        }

        if (kept.Count > 0 && !damaged && kept[^1] is { Header: not null } last && last.End >= 0 && last.End <= last.Length)
        {
            _active = last;
        }
        else
        {
            _active = CreateSegment(Math.Max(ids.Length > 0 ? ids[^1] : 0, newest) + 1);
            _segments[SlotOf(_active.Id)] = _active;
        }

        _oldest = kept.Count > 0 ? kept[0].Id : _active.Id;
        return new PersistentRecovery(_index.Count, kept.Count, _recoveredDamage, _suspected, discarded);
    }

    // The number of the newest segment stands twice in the lock file, each with its check; -1 where neither is readable.
    private long ReadNewest()
    {
        Span<byte> note = stackalloc byte[NoteSize * 2];
        long newest = -1;
        int length = RandomAccess.Read(_folderLock.SafeFileHandle, note, 0);
        for (int at = 0; at + NoteSize <= length; at += NoteSize)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(note[(at + sizeof(long))..]) == Crc32C.Compute(note.Slice(at, sizeof(long))))
            {
                newest = Math.Max(newest, BinaryPrimitives.ReadInt64LittleEndian(note[at..]));
            }
        }

        return newest;
    }

    private void WriteNewest(long id)
    {
        Span<byte> note = stackalloc byte[NoteSize * 2];
        for (int at = 0; at < note.Length; at += NoteSize)
        {
            BinaryPrimitives.WriteInt64LittleEndian(note[at..], id);
            BinaryPrimitives.WriteUInt32LittleEndian(note[(at + sizeof(long))..], Crc32C.Compute(note.Slice(at, sizeof(long))));
        }

        RandomAccess.Write(_folderLock.SafeFileHandle, note, 0);
    }

    // The segments that may be read: from the newest back to the first that is missing, unreadable, or of another store or policy, and as many as the disk bound allows.
    private List<Segment> OpenNewest(long[] ids)
    {
        var kept = new List<Segment>();
        SegmentHeader? model = null;
        long bytes = 0;
        for (int i = ids.Length - 1; i >= 0; i--)
        {
            Segment? segment = i == ids.Length - 1 || ids[i] == ids[i + 1] - 1 ? TryOpen(ids[i]) : null;
            model ??= segment?.Header;
            if (segment is null || !MayBeRead(segment, model) || (bytes += segment.Length + (segment.Length / 8)) > _options.MaxBytes || kept.Count == _maxSegments)
            {
                segment?.Release();
                break;
            }

            kept.Add(segment);
        }

        kept.Reverse();
        return kept;
    }

    private Segment? TryOpen(long id)
    {
        try
        {
            return Segment.Open(Segment.PathOf(_options.Folder, id), id);
        }
        catch (Exception failure) when (failure is ArgumentException or FileNotFoundException or OverflowException)
        {
            return null; // empty, gone, or no file of ours
        }
    }

    private bool MayBeRead(Segment segment, SegmentHeader? model)
    {
        if (segment.Header is not { } header)
        {
            return model is not null && SegmentSummary.Read(segment) is not null;
        }

        if (header.Store != model!.Store)
        {
            return false;
        }

        if (header.Policy.AsSpan().SequenceEqual(_policy))
        {
            return true;
        }

        if (_options.PolicyMismatch == PersistentPolicyMismatch.Refuse)
        {
            string? actual = header.Policy.AsSpan().ContainsAnyExcept((byte)0) ? PolicyDigest.Prefix + Convert.ToHexStringLower(header.Policy) : null;
            segment.Release();
            throw new PolicyMismatchException(
                $"The cache in '{_options.Folder}' was made under another policy ({actual ?? "none"}) than the one in force ({_options.Policy ?? "none"}). Restore that policy, or set {nameof(PersistentCacheOptions.PolicyMismatch)} to {nameof(PersistentPolicyMismatch.Discard)}.")
            {
                ExpectedDigest = _options.Policy,
                ActualDigest = actual,
            };
        }

        return false;
    }

    private bool TryReadSummary(Segment segment, uint passed)
    {
        if (SegmentSummary.Read(segment) is not { } summary)
        {
            return false;
        }

        // A segment whose header is gone, or that was cut off, cannot be served from; what it replaced and removed still counts.
        bool readable = segment.Header is not null;
        if (!readable || segment.End > segment.Length)
        {
            _recoveredDamage++;
        }

        int count = SegmentSummary.Count(summary);
        for (int i = 0; i < count; i++)
        {
            SummaryEntry entry = SegmentSummary.Entry(summary, i);
            bool lost = !readable || entry.Offset > segment.Length - entry.TotalBytes;
            Apply(segment, entry.Kind == RecordKind.Put && lost ? entry with { Kind = RecordKind.Remove } : entry, passed);
        }

        return true;
    }

    // Returns whether there is damage in it.
    private bool ReadRecords(Segment segment, uint passed)
    {
        int end = RecordsEnd(segment);
        bool damaged = false;
        for (int offset = SegmentHeader.Size; offset < end;)
        {
            if (segment.TryReadHeader(offset, end, out RecordHeader header))
            {
                Apply(segment, new SummaryEntry(header.Kind, header.Hash, offset, (int)header.TotalBytes, header.Deadline, header.Window), passed);
                offset += (int)header.TotalBytes;
                continue;
            }

            damaged = true;
            int next = NextRecord(segment, offset + RecordHeader.Alignment, end);
            if (RecordHeader.TryReadTrailer(segment.Bytes(offset, next - offset), segment.Header!.Salt, out ulong hash))
            {
                _recoveredDamage++;
                Interlocked.Add(ref _liveBytes, -_index.Remove(hash));
                Log.DamagedRecord(_logger, segment.Path, offset);
            }
            else
            {
                Suspect(segment, offset);
            }

            offset = next;
        }

        if (segment.End > segment.Length)
        {
            damaged = true;
            Suspect(segment, segment.Length);
        }

        return damaged;
    }

    private static int NextRecord(Segment segment, int from, int end)
    {
        for (int offset = from; offset <= end - RecordHeader.Size; offset += RecordHeader.Alignment)
        {
            if (segment.TryReadHeader(offset, end, out _))
            {
                return offset;
            }
        }

        return end;
    }

    private void Apply(Segment segment, in SummaryEntry record, uint passed)
    {
        switch (record.Kind)
        {
            case RecordKind.Put when record.Deadline > passed || record.Window != 0: // a later record may say that it was kept alive
                var entry = new IndexEntry(record.Hash, SlotOf(segment.Id), record.Offset, record.TotalBytes, record.Deadline);
                _liveBytes += entry.ApproximateBytes - _index.Put(record.Hash, entry);
                break;
            case RecordKind.Put or RecordKind.Remove:
                _liveBytes -= _index.Remove(record.Hash);
                break;
            case RecordKind.Clear:
                _index.Clear();
                _liveBytes = 0;
                break;
            case RecordKind.Touch when _index.TryPeek(record.Hash, out IndexEntry touched) && record.Deadline > passed:
                _index.Touch(record.Hash, touched, record.Deadline);
                break;
        }
    }

    private void Suspect(Segment segment, int offset)
    {
        _recoveredDamage++;
        Log.Suspected(_logger, segment.Path, offset, _index.Count);
        _suspected += _index.Count;
        _index.Clear();
        _liveBytes = 0;
    }
}
