using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Vouch.Caching.Backplane;
using Vouch.Caching.Configuration;
using Vouch.Caching.Serialization;
using Vouch.Core.Policy;

namespace Vouch.Caching.Hybrid;

/// <summary>
/// A <see cref="HybridCache"/> over a <see cref="VouchCache{TKey,TValue}"/> in memory and whatever <see cref="IDistributedCache"/> the host has, that keeps one promise more: with
/// a backplane, nothing that was removed on one node is served on another for longer than a stated time, whatever is lost, delayed or cut off on the way.
/// </summary>
/// <remarks>
/// <para><b>Promise.</b> A removal by key or tag returns when the backplane has it. From then on the removing node serves nothing older; every other node stops as soon as it hears (one
/// message away, or, where the message does not say what was removed, by letting its callers wait until it has read the log), and at the latest when <see cref="CoherenceOptions.Lease"/> has passed since it last read the backplane's log, heard or not. A call that begins later than that is not
/// served a value whose making began before the removal: not from memory, not from the shared tier, not from a factory run of another caller that was under way.</para>
/// <para><b>Cut off.</b> A removal that the backplane cannot take is applied on this node at once, kept, and delivered when the backplane is back; a removal waits for it no longer than
/// <see cref="VouchHybridCacheOptions.DistributedTimeout"/>. A node that cannot hear the backplane serves what it fetched itself for at most the lease, and uses the shared tier
/// neither to read nor to write: what it might find or leave there could be out of date. When it hears again and the log does not say what it missed, it forgets everything.</para>
/// <para><b>Without a backplane</b> removals reach the other nodes through the shared tier only: their memory may serve an entry until it ends. Positions are then UTC ticks, and
/// clocks that differ between nodes let tag removals take effect early or late by the difference.</para>
/// <para>Values whose type is not known to be immutable are kept in memory as bytes, so that no two callers share one. Safe to share.</para>
/// </remarks>
public sealed partial class VouchHybridCache : HybridCache, IDisposable, IAsyncDisposable
{
    /// <summary>The tag that stands for every entry, in <see cref="HybridCache.RemoveByTagAsync(string, CancellationToken)"/>.</summary>
    public const string EveryTag = "*";

    private readonly VouchHybridCacheOptions _options;
    private readonly IDistributedCache? _distributed;
    private readonly ICacheBackplane? _backplane;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SerializerRegistry _serializers;
    private readonly VouchCache<string, HybridEntry> _local;
    private readonly CacheCoherence _coherence;
    private readonly byte[] _policy;
    private readonly TimeSpan _retention; // past an entry's time
    private readonly Dictionary<(string Key, HybridCacheEntryFlags Flags, Type Type), HybridFlight> _flights = [];
    private bool _disposed;

    /// <summary>Initializes a cache.</summary>
    /// <param name="options">How it works, or null for the defaults.</param>
    /// <param name="distributed">The shared tier, or null for none.</param>
    /// <param name="backplane">Carries removals between nodes, or null for a single node.</param>
    /// <param name="services">Where serialisers of the host's own are found, or null for nowhere.</param>
    /// <param name="factories">The serialiser factories to ask, in order, before the built-in ones; or null for none.</param>
    /// <param name="timeProvider">The clock, or null for the system's.</param>
    /// <param name="logger">Told of failures of the shared tier and the backplane, or null for nobody.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is outside its range.</exception>
    public VouchHybridCache(
        VouchHybridCacheOptions? options = null,
        IDistributedCache? distributed = null,
        ICacheBackplane? backplane = null,
        IServiceProvider? services = null,
        IEnumerable<IHybridCacheSerializerFactory>? factories = null,
        TimeProvider? timeProvider = null,
        ILogger<VouchHybridCache>? logger = null)
    {
        _options = options ?? new VouchHybridCacheOptions();
        VouchHybridCacheOptionsRules.Require(_options);
        _distributed = distributed;
        _backplane = backplane;
        _time = timeProvider ?? TimeProvider.System;
        _logger = logger ?? NullLogger<VouchHybridCache>.Instance;
        _serializers = new SerializerRegistry(services, factories ?? []);
        _local = new VouchCache<string, HybridEntry>(new CacheOptions { Capacity = _options.Capacity }, _time);
        _retention = _options.StaleWhileRevalidate > _options.FailSafe ? _options.StaleWhileRevalidate : _options.FailSafe;
        _coherence = new CacheCoherence(_time, _options.Coherence, backplane is not null);
        _policy = _options.Policy is null ? new byte[32] : Convert.FromHexString(_options.Policy.AsSpan(PolicyDigest.Prefix.Length));
        _buffer = distributed as IBufferDistributedCache;
        _coherence.OldestUnderWay = OldestUnderWay;
        StartBackplane();
    }

    /// <inheritdoc/>
    /// <remarks>
    /// All flags are honoured; <see cref="HybridCacheEntryFlags.DisableCompression"/> has no effect, as nothing is compressed. With
    /// <see cref="HybridCacheEntryFlags.DisableUnderlyingData"/> a miss is the type's default value. What the factory throws is thrown to every caller who waits for it, and not
    /// cached. The factory is cancelled when the last caller who waits for it has left.
    /// </remarks>
    public override ValueTask<T> GetOrCreateAsync<TState, T>(
        string key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(factory);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        HybridCacheEntryFlags flags = (options?.Flags ?? 0) | _options.Flags;
        if (!IsCacheable(key))
        {
            return flags.HasFlag(HybridCacheEntryFlags.DisableUnderlyingData) ? default : factory(state, cancellationToken);
        }

        if (_coherence.IsSuspect)
        {
            return WaitAsync(key, state, factory, options, flags, tags, cancellationToken);
        }

        return GetOrCreateKnownAsync(key, state, factory, options, flags, tags, cancellationToken);
    }

    private ValueTask<T> GetOrCreateKnownAsync<TState, T>(
        string key,
        TState state,
        Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options,
        HybridCacheEntryFlags flags,
        IEnumerable<string>? tags,
        CancellationToken cancellationToken)
    {
        if (flags.HasFlag(HybridCacheEntryFlags.DisableLocalCacheRead) || FindLocal<T>(key) is not { } entry)
        {
            return FlyAsync(key, state, factory, options, flags, TagsOf(tags), cancellationToken);
        }

        return _retention == TimeSpan.Zero || _time.GetTimestamp() < entry.FreshUntil
            ? ValueTask.FromResult(ValueOf<T>(entry))
            : StandInAsync(entry, key, state, factory, options, flags, TagsOf(tags), cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Takes the place of the key's value on every node: what the others hold is removed first, as by <see cref="RemoveAsync(string, CancellationToken)"/>. A reader on another node that
    /// comes before the value is in the shared tier makes the value anew; and where that node had just written the key itself, the shared tier's copy may go together with its own.</remarks>
    public override async ValueTask SetAsync<T>(string key, T value, HybridCacheEntryOptions? options = null, IEnumerable<string>? tags = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!IsCacheable(key))
        {
            return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        HybridCacheEntryFlags flags = (options?.Flags ?? 0) | _options.Flags;
        string[] named = TagsOf(tags);
        byte[] payload = Serialize(value);
        EntryStamp stamp;
        if (_backplane is null)
        {
            // What others are making of the key at this moment is older than what is given here.
            _coherence.Apply(new CacheInvalidation(InvalidationKind.Key, key), _coherence.Tick());
            stamp = _coherence.Now();
        }
        else
        {
            // The value that is given here is newer than everything the other nodes hold, and than this removal.
            long? position = await RemoveEverywhereAsync(new CacheInvalidation(InvalidationKind.Key, key), fromDistributed: false, cancellationToken).ConfigureAwait(false);
            if (position is null)
            {
                return; // nobody could be told: cached it would be one more version, not the version
            }

            stamp = _coherence.Now() with { Position = position.Value };
        }

        StoreLocal(key, value, payload, stamp, named, LifeOf(options).Local, flags);
        if (!flags.HasFlag(HybridCacheEntryFlags.DisableDistributedCacheWrite) && !await WriteDistributedAsync(key, payload, stamp, named, LifeOf(options).Shared).ConfigureAwait(false))
        {
            await RemoveEverywhereAsync(new CacheInvalidation(InvalidationKind.Key, key), fromDistributed: true, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask RemoveAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ObjectDisposedException.ThrowIf(_disposed, this);
        await RemoveEverywhereAsync(new CacheInvalidation(InvalidationKind.Key, key), fromDistributed: true, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <remarks>Every entry that carries the tag and whose making began before counts as removed, wherever it is. <c>*</c> stands for every entry.</remarks>
    public override async ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tag);
        ObjectDisposedException.ThrowIf(_disposed, this);
        CacheInvalidation invalidation = tag == EveryTag ? new(InvalidationKind.Everything, string.Empty) : new(InvalidationKind.Tag, tag);
        await RemoveEverywhereAsync(invalidation, fromDistributed: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops listening to the backplane and frees the memory. The shared tier and the backplane stay the host's.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _heartbeat?.Dispose();
            _subscription?.Dispose();
            Trust(_coherence.Pushes);
            _local.Dispose();
        }
    }

    /// <summary>Waits for writes to the shared tier that are under way, then does as <see cref="Dispose"/>.</summary>
    /// <returns>When that is done.</returns>
    public async ValueTask DisposeAsync()
    {
        await WhenIdleAsync().ConfigureAwait(false);
        Dispose();
    }

    private static string[] TagsOf(IEnumerable<string>? tags) => tags is null ? [] : [.. tags.Distinct(StringComparer.Ordinal)];

    // Text that no encoding carries unchanged could become another key's.
    private bool IsCacheable(string key) => key.Length > 0 && key.Length <= _options.MaxKeyLength && key[0] != MarkerPrefix && IsWellFormed(key);

    private static bool IsWellFormed(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
        {
            return true;
        }

        for (ReadOnlySpan<char> rest = text; !rest.IsEmpty;)
        {
            if (System.Text.Rune.DecodeFromUtf16(rest, out _, out int used) != OperationStatus.Done)
            {
                return false;
            }

            rest = rest[used..];
        }

        return true;
    }

    private (TimeSpan Shared, TimeSpan Local) LifeOf(HybridCacheEntryOptions? options)
    {
        TimeSpan shared = options?.Expiration ?? _options.Expiration;
        TimeSpan local = options?.LocalCacheExpiration ?? _options.LocalExpiration ?? shared;
        return (shared, local < shared ? local : shared);
    }

    private HybridEntry? FindLocal<T>(string key) =>
        _local.TryGet(key, out HybridEntry? entry) && entry.Type == typeof(T) && _coherence.MayServe(entry.Stamp, key, entry.Tags) ? entry : null;

    private T ValueOf<T>(HybridEntry entry) => entry.Payload is null ? (T)entry.Value! : _serializers.Get<T>().Deserialize(new ReadOnlySequence<byte>(entry.Payload));

    private void StoreLocal<T>(string key, T value, byte[] payload, in EntryStamp stamp, string[] tags, TimeSpan life, HybridCacheEntryFlags flags)
    {
        if (flags.HasFlag(HybridCacheEntryFlags.DisableLocalCacheWrite) || payload.Length > _options.MaxPayloadBytes || life <= TimeSpan.Zero)
        {
            _local.Remove(key);
            return;
        }

        bool shares = Sharing<T>.IsSafe;
        long freshUntil = _time.GetTimestamp() + Ticks(life);
        _local.Set(key, new HybridEntry(shares ? value : null, shares ? null : payload, typeof(T), stamp, tags, freshUntil), new Entries.EntryOptions { TimeToLive = life + _retention });
    }

    private byte[] Serialize<T>(T value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        _serializers.Get<T>().Serialize(value, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    // Whether callers may share one instance: text, values without references in them, and types that say so.
    private static class Sharing<T>
    {
        public static readonly bool IsSafe = typeof(T) == typeof(string)
            || !RuntimeHelpers.IsReferenceOrContainsReferences<T>()
            || (typeof(T).IsSealed && typeof(T).GetCustomAttributes(typeof(System.ComponentModel.ImmutableObjectAttribute), inherit: false)
                is [System.ComponentModel.ImmutableObjectAttribute { Immutable: true }]);
    }
}
