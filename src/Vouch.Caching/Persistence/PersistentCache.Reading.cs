namespace Vouch.Caching.Persistence;

public sealed partial class PersistentCache
{
    // Where a record was found; whoever gets one releases its segment.
    private readonly record struct Found(Segment Segment, IndexEntry Entry, RecordHeader Header);

    private bool TryLocate(ReadOnlySpan<byte> key, out Found found)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ulong hash = KeyHash.Compute(key, _hashSeed);
        while (_index.TryFind(hash, out IndexEntry entry))
        {
            Segment? segment = Volatile.Read(ref _segments[entry.Slot]);
            if (segment is null || !segment.TryAcquire())
            {
                // The segment was given back between the two looks, and its entries had left the index or moved before. Closing takes the segments away for good.
                ObjectDisposedException.ThrowIf(_disposed, this);
                Interlocked.Increment(ref _endedReads);
                Interlocked.Add(ref _liveBytes, -_index.Remove(hash, entry));
                continue;
            }

            if (!segment.TryReadHeader(entry.Offset, segment.End, out RecordHeader header) || header.Kind != RecordKind.Put || header.Hash != hash)
            {
                Damaged(segment, hash, entry);
                break;
            }

            if (entry.Deadline != Deadlines.Never || header.Expires != 0)
            {
                long now = Now();
                if (entry.Deadline <= _deadlines.Passed(now) || (header.Expires != 0 && header.Expires <= now))
                {
                    segment.Release();
                    Interlocked.Increment(ref _endedReads);
                    Interlocked.Add(ref _liveBytes, -_index.Remove(hash, entry));
                    break;
                }
            }

            if (header.KeyLength != key.Length)
            {
                segment.Release();
                Interlocked.Increment(ref _endedReads);
                break;
            }

            found = new Found(segment, entry, header);
            return true;
        }

        found = default;
        return false;
    }

    // The value is copied first and checked afterwards: what the caller gets is what was checked.
    private bool TryCopy(ReadOnlySpan<byte> key, in Found found, Span<byte> value)
    {
        int body = found.Entry.Offset + RecordHeader.Size;
        if (!found.Segment.Bytes(body, key.Length).SequenceEqual(key))
        {
            // Another key with the same hash, or a damaged key; only the first is worth keeping, and it cannot be told by this key.
            Interlocked.Increment(ref _endedReads);
            return false;
        }

        found.Segment.Bytes(body + key.Length, value.Length).CopyTo(value);
        if (~Crc32C.Append(Crc32C.Append(Crc32C.Start, key), value) == found.Header.BodyCrc)
        {
            return true;
        }

        Interlocked.Increment(ref _damagedReads);
        Interlocked.Add(ref _liveBytes, -_index.Remove(found.Header.Hash, found.Entry));
        Log.DamagedRecord(_logger, found.Segment.Path, found.Entry.Offset);
        return false;
    }

    private void Damaged(Segment segment, ulong hash, IndexEntry entry)
    {
        Interlocked.Increment(ref _damagedReads);
        Interlocked.Add(ref _liveBytes, -_index.Remove(hash, entry));
        Log.DamagedRecord(_logger, segment.Path, entry.Offset);
        segment.Release();
    }

    // Reading keeps an entry with a sliding expiration alive. The new deadline is written down once it is an eighth of the window later than the one that stands.
    private void KeepAlive(in Found found)
    {
        if (found.Header.Window == 0)
        {
            return;
        }

        uint deadline = DeadlineOf(found.Header.Expires, found.Header.Window, Now());
        if (deadline - (long)found.Entry.Deadline < Math.Max(1, found.Header.Window / 8))
        {
            return;
        }

        lock (_append)
        {
            if (!_disposed && _index.Touch(found.Header.Hash, found.Entry, deadline) && _active.HasRoom(RecordHeader.SizeOf(0, 0)))
            {
                // Without room the new deadline is known until the next restart only: the entry then ends early, never late.
                _active.Append(new RecordHeader(RecordKind.Touch, 0, 0, 0, found.Header.Hash, 0, found.Header.Window, deadline), default, default);
            }
        }
    }

    private uint DeadlineOf(long expires, uint window, long now)
    {
        uint deadline = window == 0 ? Deadlines.Never : _deadlines.After(now, window);
        return expires == 0 ? deadline : Math.Min(deadline, _deadlines.Of(expires));
    }
}
