using System.Globalization;
using System.Security.Cryptography;

namespace Vouch.Caching.Persistence;

public sealed partial class PersistentCache
{
    private long _appended; // records appended since opening; under _append

    private long SetCore(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, DateTimeOffset? expiresAt, TimeSpan? sliding)
    {
        if (sliding <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(sliding), sliding, "A sliding expiration is positive.");
        }

        long size = RecordHeader.SizeOf(Math.Min(key.Length, MaxKeyBytes), value.Length);
        if (key.Length > MaxKeyBytes || size > _segmentBytes - SegmentHeader.Size)
        {
            _ = RemoveCore(key);
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"A key of {key.Length} and a value of {value.Length} bytes do not fit: keys take at most {MaxKeyBytes} bytes, and both together a segment of {_segmentBytes} bytes. Raise {nameof(PersistentCacheOptions.SegmentBytes)}."));
        }

        long now = expiresAt is null && sliding is null && _options.DefaultExpiration is null ? 0 : Now();
        long expires = (expiresAt, _options.DefaultExpiration) switch
        {
            ({ } at, _) => Math.Max(1, at.ToUnixTimeMilliseconds()),
            (null, { } life) => now + Math.Max(1, (long)life.TotalMilliseconds),
            _ => 0,
        };
        if (expires != 0 && expires <= now)
        {
            return RemoveCore(key).Written;
        }

        uint window = sliding is { } span ? Deadlines.Window(span) : 0;
        uint deadline = DeadlineOf(expires, window, now);
        ulong hash = KeyHash.Compute(key, _hashSeed);
        uint crc = ~Crc32C.Append(Crc32C.Append(Crc32C.Start, key), value);
        var header = new RecordHeader(RecordKind.Put, (ushort)key.Length, value.Length, crc, hash, expires, window, deadline);
        lock (_append)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_active.HasRoom(size))
            {
                try
                {
                    Roll();
                }
                catch
                {
                    // The new value has no room, and the old one is out of date.
                    Interlocked.Add(ref _liveBytes, -_index.Remove(hash));
                    AppendOrDisown(new RecordHeader(RecordKind.Remove, 0, 0, 0, hash, 0, 0, 0));
                    throw;
                }
            }

            int offset = _active.Append(header, key, value);
            var entry = new IndexEntry(hash, SlotOf(_active.Id), offset, size, deadline);
            Interlocked.Add(ref _liveBytes, entry.ApproximateBytes - _index.Put(hash, entry));
            _writes++;
            _appended++;
            Reclaim(size);
            return _appended;
        }
    }

    private (bool Removed, long Written) RemoveCore(ReadOnlySpan<byte> key)
    {
        ulong hash = KeyHash.Compute(key, _hashSeed);
        lock (_append)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            long bytes = _index.Remove(hash);
            Interlocked.Add(ref _liveBytes, -bytes);

            // Written down even where the index knows nothing of the key: a record of it may stand in the oldest segment, evicted from the index but not yet from the disk.
            AppendOrDisown(new RecordHeader(RecordKind.Remove, 0, 0, 0, hash, 0, 0, 0));
            Reclaim(RecordHeader.SizeOf(0, 0));
            return (bytes > 0, _appended);
        }
    }

    // Writes down what makes older records out of date. Where there is no room even for that, the newest segment is made unreadable, and with it all older ones are given
    // up at the next start: an empty cache is slow, a stale one is wrong.
    private void AppendOrDisown(in RecordHeader header)
    {
        try
        {
            if (!_active.HasRoom(header.TotalBytes))
            {
                Roll();
            }

            _active.Append(header, default, default);
            _appended++;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _active.Disown();
            Log.Disowned(_logger, _active.Path, failure);
        }
    }

    private void Roll()
    {
        while (_active.Id - _oldest + 1 >= _maxSegments)
        {
            FinishOldest();
        }

        Segment full = _active;
        Segment next = CreateSegment(full.Id + 1);
        Volatile.Write(ref _segments[SlotOf(next.Id)], next);
        _active = next;
        Summarize(full);
    }

    private Segment CreateSegment(long id)
    {
        Segment segment = Segment.Create(
            _options.Folder,
            new SegmentHeader(id, _store, _hashSeed, _epoch, _segmentBytes, (uint)RandomNumberGenerator.GetInt32(int.MaxValue), _policy));
        try
        {
            WriteNewest(id);
            return segment;
        }
        catch
        {
            segment.Drop();
            throw;
        }
    }
}
