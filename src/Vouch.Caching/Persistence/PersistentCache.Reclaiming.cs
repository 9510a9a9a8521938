namespace Vouch.Caching.Persistence;

public sealed partial class PersistentCache
{
    // How many bytes of the oldest segment are looked through for each byte written: fast enough that it is done before the newest is full even when all of it is written again.
    private const int ReclaimPace = 4;
    private const int CopyCreditSegments = 2;

    private int _reclaimOffset = SegmentHeader.Size; // how far the oldest segment has been looked through
    private long _copyCredit;                        // what may be written again: half of each segment given back, saved up to two segments

    // Looks through a little of the oldest segment, in proportion to what was just written, so that no single write pays for a whole segment. Under _append.
    private void Reclaim(long written)
    {
        if (_active.Id - _oldest + 1 < _maxSegments - 1)
        {
            return;
        }

        long toLookThrough = written * ReclaimPace;
        while (toLookThrough > 0 && _oldest < _active.Id)
        {
            Segment segment = _segments[SlotOf(_oldest)]!;
            if (_reclaimOffset >= RecordsEnd(segment))
            {
                DropOldest();
                return;
            }

            if (!segment.TryReadHeader(_reclaimOffset, RecordsEnd(segment), out RecordHeader header))
            {
                GiveUpRest(segment);
                return;
            }

            if (header.Kind == RecordKind.Put && !TryKeepOrEvict(segment, header))
            {
                return; // the newest segment has no room for it: go on in the next one
            }

            _reclaimOffset += (int)header.TotalBytes;
            toLookThrough -= header.TotalBytes;
        }
    }

    // The oldest segment has to go now: what is left of it leaves. Under _append.
    private void FinishOldest()
    {
        Segment segment = _segments[SlotOf(_oldest)]!;
        GiveUpRest(segment);
    }

    private bool TryKeepOrEvict(Segment segment, in RecordHeader header)
    {
        if (!_index.TryPeek(header.Hash, out IndexEntry entry) || entry.Slot != SlotOf(segment.Id) || entry.Offset != _reclaimOffset)
        {
            return true; // replaced or removed since
        }

        // Ended by its exact time or by the coarse one: either way nobody will be served it.
        long now = entry.Deadline == Deadlines.Never ? 0 : Now();
        bool ended = entry.Deadline != Deadlines.Never && (entry.Deadline <= _deadlines.Passed(now) || (header.Expires != 0 && header.Expires <= now));
        bool roomy = Interlocked.Read(ref _liveBytes) <= (long)_maxSegments * _segmentBytes / 2;
        bool keep = !ended && (roomy || (entry.WasRead && header.TotalBytes <= _copyCredit));
        Span<byte> body = segment.Bytes(_reclaimOffset + RecordHeader.Size, header.KeyLength + header.ValueLength);
        if (keep && Crc32C.Compute(body) != header.BodyCrc)
        {
            Interlocked.Increment(ref _damagedReads);
            Log.DamagedRecord(_logger, segment.Path, _reclaimOffset);
            keep = false;
        }

        if (!keep)
        {
            long bytes = _index.Remove(header.Hash, entry);
            Interlocked.Add(ref _liveBytes, -bytes);
            _evictions += bytes > 0 && !ended ? 1 : 0;
            return true;
        }

        if (!_active.HasRoom(header.TotalBytes))
        {
            return false;
        }

        RecordHeader copy = header with { Deadline = entry.Deadline };
        int offset = _active.Append(copy, body[..header.KeyLength], body[header.KeyLength..]);
        _index.Put(header.Hash, new IndexEntry(header.Hash, SlotOf(_active.Id), offset, header.TotalBytes, entry.Deadline));
        _copyCredit = Math.Max(0, _copyCredit - header.TotalBytes);
        _copies++;
        _appended++;
        return true;
    }

    private void GiveUpRest(Segment segment)
    {
        (long entries, long bytes) = _index.RemoveSegment(SlotOf(segment.Id), 0);
        Interlocked.Add(ref _liveBytes, -bytes);
        _evictions += entries;
        DropOldest();
    }

    // Nothing in the index points into the segment any more.
    private void DropOldest()
    {
        Segment segment = Interlocked.Exchange(ref _segments[SlotOf(_oldest)], null)!;
        segment.Drop();
        _oldest++;
        _reclaimOffset = SegmentHeader.Size;
        _copyCredit = Math.Min(_copyCredit + (_segmentBytes / 2), CopyCreditSegments * (long)_segmentBytes);
    }

    private static int RecordsEnd(Segment segment) => segment.End < 0 ? segment.Length : Math.Min(segment.End, segment.Length);
}
