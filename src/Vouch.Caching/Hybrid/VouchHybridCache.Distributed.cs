using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Distributed;
using Vouch.Caching.Backplane;

namespace Vouch.Caching.Hybrid;

public sealed partial class VouchHybridCache
{
    // What the shared tier holds beside entries stands under keys that begin with this; no entry's key does.
    private const char MarkerPrefix = '\u0001';

    private readonly IBufferDistributedCache? _buffer;
    private readonly ConcurrentDictionary<string, long> _markersRead = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, EntryStamp> _recentWrites = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, byte> _underWay = new();
    private long _distributedFrom; // a timestamp: the shared tier is left alone until then

    /// <summary>Waits until no write to the shared tier and no delivery to the backplane is under way.</summary>
    internal async Task WhenIdleAsync()
    {
        while (!_underWay.IsEmpty)
        {
            await Task.WhenAll(_underWay.Keys).ConfigureAwait(false);
        }
    }

    private bool MayUseDistributed => _distributed is not null && _coherence.IsCurrent && _time.GetTimestamp() >= Volatile.Read(ref _distributedFrom);

    private void Track(Task task)
    {
        if (!task.IsCompleted)
        {
            _underWay.TryAdd(task, 0);
            task.ContinueWith(static (done, tasks) => ((ConcurrentDictionary<Task, byte>)tasks!).TryRemove(done, out _), _underWay, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async ValueTask<HybridPayload?> ReadDistributedAsync(string key, long fetched)
    {
        if (!MayUseDistributed)
        {
            return null;
        }

        try
        {
            ReadOnlyMemory<byte> bytes = await ReadBytesAsync(_options.KeyPrefix + key).ConfigureAwait(false);
            if (bytes.IsEmpty || !HybridPayload.TryRead(bytes, key, _policy, fetched, out HybridPayload read) || read.Expires <= _time.GetUtcNow().ToUnixTimeMilliseconds())
            {
                return null;
            }

            await ReadMarkerAsync(EveryTag).ConfigureAwait(false);
            foreach (string tag in read.Tags)
            {
                await ReadMarkerAsync(tag).ConfigureAwait(false);
            }

            if (_backplane is not null && read.Stamp.Position > _coherence.Position)
            {
                // Its maker had read further than this node: only from there on can be said what was removed since.
                await ReadLogAsync(_backplane).ConfigureAwait(false);
            }

            return _coherence.IsUpToDate(read.Stamp, key, read.Tags) ? read : null;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            PauseDistributed(failure);
            return null;
        }
    }

    // When a tag was last removed stands in the shared tier too, for nodes that were not there when the log said it. With a backplane once is enough: later removals come by the log.
    private async ValueTask ReadMarkerAsync(string tag)
    {
        long now = _time.GetTimestamp();
        if (_markersRead.TryGetValue(tag, out long read) && (_backplane is not null || _time.GetElapsedTime(read, now) < _options.Coherence.Lease))
        {
            return;
        }

        ReadOnlyMemory<byte> marker = await ReadBytesAsync(MarkerKey(tag)).ConfigureAwait(false);
        if (marker.Length == 16 && BinaryPrimitives.ReadUInt64LittleEndian(marker.Span) == _coherence.Now().Epoch)
        {
            _coherence.Apply(tag == EveryTag ? new(InvalidationKind.Everything, string.Empty) : new(InvalidationKind.Tag, tag), BinaryPrimitives.ReadInt64LittleEndian(marker.Span[8..]));
        }

        if (_markersRead.Count >= _options.Coherence.MaxRememberedRemovals)
        {
            _markersRead.Clear();
        }

        _markersRead[tag] = now;
    }

    private async ValueTask WriteMarkerAsync(string tag, long position)
    {
        byte[] marker = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(marker, _coherence.Now().Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(marker.AsSpan(8), position);
        await LimitAsync(_distributed!.SetAsync(MarkerKey(tag), marker, new DistributedCacheEntryOptions())).ConfigureAwait(false);
    }

    private string MarkerKey(string tag) => $"{_options.KeyPrefix}{MarkerPrefix}tag:{tag}";

    private async ValueTask<ReadOnlyMemory<byte>> ReadBytesAsync(string key)
    {
        if (_buffer is null)
        {
            return await LimitAsync(_distributed!.GetAsync(key)).ConfigureAwait(false);
        }

        var buffer = new ArrayBufferWriter<byte>();
        return await LimitAsync(_buffer.TryGetAsync(key, buffer).AsTask()).ConfigureAwait(false) ? buffer.WrittenMemory : default;
    }

    // False where the shared tier may hold something older than the value.
    private async ValueTask<bool> WriteDistributedAsync(string key, byte[] value, EntryStamp stamp, string[] tags, TimeSpan life)
    {
        if (_distributed is null)
        {
            return true;
        }

        if (!MayUseDistributed || value.Length > _options.MaxPayloadBytes || !HybridPayload.CanCarry(tags))
        {
            return false;
        }

        try
        {
            DateTimeOffset expires = _time.GetUtcNow() + life;
            byte[] payload = HybridPayload.Write(key, stamp, expires.ToUnixTimeMilliseconds(), _policy, tags, value);
            _recentWrites[key] = stamp;
            var entry = new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = life };
            await LimitAsync(_buffer is null
                ? _distributed.SetAsync(_options.KeyPrefix + key, payload, entry)
                : _buffer.SetAsync(_options.KeyPrefix + key, new ReadOnlySequence<byte>(payload), entry).AsTask()).ConfigureAwait(false);
            if (!_coherence.IsUpToDate(stamp, key, []))
            {
                // Removed while it was being written: whichever came last, it must not stay.
                await LimitAsync(_distributed.RemoveAsync(_options.KeyPrefix + key)).ConfigureAwait(false);
            }

            return true;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            PauseDistributed(failure);
            return false;
        }
    }

    // A removal came for a key that this node has just written to the shared tier: the write may have come after the removal there. What has been set since stays,
    // unless it comes between the look and the removal: then the next reader makes the value anew.
    private async Task RemoveRecentWriteAsync(string key)
    {
        try
        {
            ReadOnlyMemory<byte> bytes = await ReadBytesAsync(_options.KeyPrefix + key).ConfigureAwait(false);
            if (bytes.IsEmpty || (HybridPayload.TryRead(bytes, key, _policy, _time.GetTimestamp(), out HybridPayload found) && _coherence.IsUpToDate(found.Stamp, key, found.Tags)))
            {
                return;
            }

            await LimitAsync(_distributed!.RemoveAsync(_options.KeyPrefix + key)).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            PauseDistributed(failure);
        }
    }

    private void PauseDistributed(Exception failure)
    {
        Log.DistributedFailed(_logger, failure);
        Volatile.Write(ref _distributedFrom, _time.GetTimestamp() + (long)(_options.DistributedPause.TotalSeconds * _time.TimestampFrequency));
    }

    private Task LimitAsync(Task call) => _options.DistributedTimeout == Timeout.InfiniteTimeSpan ? call : call.WaitAsync(_options.DistributedTimeout, _time);

    private Task<TResult> LimitAsync<TResult>(Task<TResult> call) => _options.DistributedTimeout == Timeout.InfiniteTimeSpan ? call : call.WaitAsync(_options.DistributedTimeout, _time);
}
