using System.Buffers;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Vouch.Caching.Diagnostics;
using Vouch.Core.Exceptions;
using Vouch.Core.Policy;

namespace Vouch.Caching.Persistence;

/// <summary>
/// A cache on the disk: append-only segments and an index of 16 bytes an entry in memory. It comes back warm after a restart, after a crash, and after damage, and never serves a
/// wrong value: each record carries a CRC-32C that is checked at every read, and where something unreadable may have replaced or removed an entry, that entry is not served.
/// </summary>
/// <remarks>
/// <para>Safe to share. Writes go one at a time, reads side by side. A write is in the operating system's hands when it returns (segments are memory-mapped), so that the death
/// of the process loses none; what a power failure may take is set by <see cref="PersistentCacheOptions.Durability"/>.</para>
/// <para>The oldest segment is given back as new ones fill, a few records with each write. Of its entries those are written again that were read since they were written, up to half
/// of what is given back; all of them while live entries take at most half of <see cref="PersistentCacheOptions.MaxBytes"/>. The others leave.</para>
/// <para>Also an <see cref="Microsoft.Extensions.Caching.Distributed.IDistributedCache"/> that stays on this machine: a second tier for <c>HybridCache</c> without a server.</para>
/// <para>Limits: one process at a time; a read error of the disk below a mapped segment, or someone cutting a segment off while it is open, ends the process, as with every memory-mapped file.</para>
/// </remarks>
public sealed partial class PersistentCache : IDisposable, IAsyncDisposable
{
    /// <summary>The greatest length of a key, in bytes.</summary>
    public const int MaxKeyBytes = ushort.MaxValue;

    // Held while the cache is open, and says which segment is the newest: that its file is gone must not go unnoticed.
    private const string LockFile = "cache.lock";

    private readonly PersistentCacheOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FileStream _folderLock;
    private readonly PersistentInstruments? _instruments;
    private readonly SegmentIndex _index = new();
    private readonly Segment?[] _segments;
    private readonly int _segmentBytes;
    private readonly int _maxSegments;
    private readonly byte[] _policy;
    private readonly Lock _append = new();
    private ulong _store;
    private ulong _hashSeed;
    private long _epoch;
    private Deadlines _deadlines;
    private Segment _active = null!;
    private long _oldest;                   // the oldest segment's number
    private long _liveBytes;
    private long _writes;
    private long _evictions;
    private long _copies;
    private long _damagedReads;
    private long _endedReads;
    private bool _disposed;

    /// <summary>Opens a cache, or makes one where the folder holds none.</summary>
    /// <param name="options">How it is kept.</param>
    /// <param name="timeProvider">The clock that entries end by, or null for the system's.</param>
    /// <param name="logger">Told of damage and of what was given up, or null for nobody.</param>
    /// <param name="meters">Makes the meter <see cref="CachingTelemetry.MeterName"/> that the cache reports under, or null for no reports.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is outside its range.</exception>
    /// <exception cref="PolicyMismatchException">The folder's entries were made under another policy and <see cref="PersistentCacheOptions.PolicyMismatch"/> says to refuse them.</exception>
    /// <exception cref="IOException">The folder cannot be used, another process holds it, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public PersistentCache(PersistentCacheOptions options, TimeProvider? timeProvider = null, ILogger<PersistentCache>? logger = null, IMeterFactory? meters = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        PersistentCacheOptionsRules.Require(options);
        _options = options;
        _time = timeProvider ?? TimeProvider.System;
        _logger = logger ?? NullLogger<PersistentCache>.Instance;
        _segmentBytes = options.EffectiveSegmentBytes;
        _maxSegments = options.MaxSegments;
        _policy = options.Policy is null ? new byte[SegmentHeader.PolicyBytes] : Convert.FromHexString(options.Policy.AsSpan(PolicyDigest.Prefix.Length));
        _segments = new Segment?[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)_maxSegments * 2)];
        Directory.CreateDirectory(options.Folder);
        _folderLock = new FileStream(Path.Combine(options.Folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.None);
        try
        {
            _copyCredit = CopyCreditSegments * (long)_segmentBytes;
            Recovery = Recover();
            StartFlushing();
        }
        catch
        {
            ReleaseSegments();
            _folderLock.Dispose();
            throw;
        }

        if (meters is not null)
        {
            _instruments = PersistentInstruments.For(meters);
            _instruments.Add(this);
        }
    }

    /// <summary>What measurements call it.</summary>
    internal string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(_options.Folder)));

    /// <summary>Gets what opening found.</summary>
    public PersistentRecovery Recovery { get; }

    /// <summary>Gets the greatest length of a value whose key takes no more than <see cref="MaxKeyBytes"/>, in bytes.</summary>
    public int MaxValueBytes => (int)(_segmentBytes - SegmentHeader.Size - RecordHeader.SizeOf(MaxKeyBytes, 0)) is var most and > 0 ? most : _segmentBytes / 2;

    /// <summary>Gets the number of entries, those included whose time is over and which nobody has asked for since.</summary>
    public long Count => _index.Count;

    /// <summary>Gets what the cache has done and what it takes. O(segments).</summary>
    public PersistentCacheStatistics Statistics
    {
        get
        {
            (long found, long missing) = _index.Lookups;
            long failed = Interlocked.Read(ref _damagedReads) + Interlocked.Read(ref _endedReads);
            long segments;
            lock (_append)
            {
                segments = _active.Id - _oldest + 1;
            }

            return new PersistentCacheStatistics(
                _index.Count,
                found - failed,
                missing + failed,
                Volatile.Read(ref _writes),
                Volatile.Read(ref _evictions),
                Volatile.Read(ref _copies),
                Interlocked.Read(ref _damagedReads),
                segments * _segmentBytes,
                _index.Bytes);
        }
    }

    /// <summary>Reads a value into a buffer.</summary>
    /// <param name="key">The key.</param>
    /// <param name="destination">Where the value goes; untouched where there is none.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="destination"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The cache is closed.</exception>
    /// <remarks>O(length), nothing is allocated. Extends the life of an entry with a sliding expiration.</remarks>
    public bool TryGet(ReadOnlySpan<byte> key, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (!TryLocate(key, out Found found))
        {
            return false;
        }

        try
        {
            Span<byte> value = destination.GetSpan(found.Header.ValueLength)[..found.Header.ValueLength];
            if (!TryCopy(key, found, value))
            {
                return false;
            }

            destination.Advance(value.Length);
        }
        finally
        {
            found.Segment.Release();
        }

        KeepAlive(found);
        return true;
    }

    /// <summary>Reads a value.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The value, null for none.</returns>
    /// <exception cref="ObjectDisposedException">The cache is closed.</exception>
    /// <remarks>O(length). Extends the life of an entry with a sliding expiration.</remarks>
    public byte[]? Get(ReadOnlySpan<byte> key)
    {
        if (!TryLocate(key, out Found found))
        {
            return null;
        }

        byte[] value;
        try
        {
            value = GC.AllocateUninitializedArray<byte>(found.Header.ValueLength);
            if (!TryCopy(key, found, value))
            {
                return null;
            }
        }
        finally
        {
            found.Segment.Release();
        }

        KeepAlive(found);
        return value;
    }

    /// <summary>Stores a value; it takes the place of the key's former one.</summary>
    /// <param name="key">The key, at most <see cref="MaxKeyBytes"/> long.</param>
    /// <param name="value">The value; with its key it has to fit in a segment.</param>
    /// <param name="expiresAt">When the entry ends, or null for <see cref="PersistentCacheOptions.DefaultExpiration"/>. A moment that has passed removes the key.</param>
    /// <param name="sliding">How long the entry lives unread, or null for as long as it may. Counted in steps of an eighth of a second, rounded up.</param>
    /// <exception cref="ArgumentException">Key or value is too long. The key's former value is removed all the same: it is out of date.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sliding"/> is not positive.</exception>
    /// <exception cref="IOException">The disk has no room for another segment. The key's former value is removed all the same.</exception>
    /// <exception cref="ObjectDisposedException">The cache is closed.</exception>
    /// <remarks>O(length), amortised; nothing is allocated but a segment's own once it is full.</remarks>
    public void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, DateTimeOffset? expiresAt = null, TimeSpan? sliding = null)
    {
        long written = SetCore(key, value, expiresAt, sliding);
        if (_options.Durability == PersistentDurability.EveryWrite)
        {
            FlushUpTo(written);
        }
    }

    /// <summary>Removes a key. What was stored under it is not served again, nor after a restart.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Whether it had a value (whose time may have been over).</returns>
    /// <exception cref="ObjectDisposedException">The cache is closed.</exception>
    public bool Remove(ReadOnlySpan<byte> key)
    {
        (bool removed, long written) = RemoveCore(key);
        if (_options.Durability == PersistentDurability.EveryWrite)
        {
            FlushUpTo(written);
        }

        return removed;
    }

    /// <summary>Removes everything. Nothing stored before is served again, nor after a restart.</summary>
    /// <exception cref="ObjectDisposedException">The cache is closed.</exception>
    public void Clear()
    {
        lock (_append)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _index.Clear();
            Interlocked.Exchange(ref _liveBytes, 0);
            AppendOrDisown(new RecordHeader(RecordKind.Clear, 0, 0, 0, 0, 0, 0, 0));
            while (_oldest < _active.Id)
            {
                DropOldest();
            }
        }

        if (_options.Durability == PersistentDurability.EveryWrite)
        {
            Flush();
        }
    }

    /// <summary>Closes the cache: everything is forced to the disk, and the folder is free for another process.</summary>
    public void Dispose()
    {
        lock (_append)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        _instruments?.Remove(this);
        StopFlushing();
        FlushSegments();
        ReleaseSegments();
        _folderLock.Dispose();
    }

    /// <summary>Closes the cache, as <see cref="Dispose"/> does, off the caller's thread.</summary>
    /// <returns>When it is closed.</returns>
    public async ValueTask DisposeAsync() => await Task.Run(Dispose).ConfigureAwait(false);

    private static ulong RandomNumber()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes);
    }

    private void ReleaseSegments()
    {
        for (int i = 0; i < _segments.Length; i++)
        {
            Interlocked.Exchange(ref _segments[i], null)?.Release();
        }
    }

    private int SlotOf(long id) => (int)(id & (_segments.Length - 1));

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
