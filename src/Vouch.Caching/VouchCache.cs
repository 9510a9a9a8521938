using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Vouch.Caching.Configuration;
using Vouch.Caching.Diagnostics;
using Vouch.Caching.Entries;
using Vouch.Caching.Keys;
using Vouch.Caching.Policies;
using Vouch.Caching.Statistics;
using Vouch.Caching.Storage;
using Vouch.Caching.Tags;
using Vouch.Caching.Time;

namespace Vouch.Caching;

/// <summary>
/// An in-process cache of bounded size: reads take no lock and allocate nothing, an eviction policy decides what leaves when it is full, entries expire and leave memory,
/// a value asked for by many at once is made once, and what was removed is never served again.
/// </summary>
/// <typeparam name="TKey">The type of the keys.</typeparam>
/// <typeparam name="TValue">The type of the values.</typeparam>
/// <remarks>
/// <para>Safe to share; every call may run beside every other. Calls on one key are linearizable: each takes effect at one instant between its start and its end.
/// An entry's time runs from an instant within the call that stored it. Reads are wait-free but for writes of the same bucket of the hash table; writes share one lock, under which no code of the host's runs but the comparer.</para>
/// <para>A value whose making began before its key was removed, the cache cleared, or one of its tags removed, is never stored.</para>
/// <para>Dispose of a cache to stop its timer and its instruments at once; one that is merely forgotten is collected like any other object.</para>
/// </remarks>
public sealed partial class VouchCache<TKey, TValue> : IDisposable, ICountedCache
    where TKey : notnull
{
    private const int MaxSlots = 1 << 30;
    private const int FirstSlots = 16;

    private readonly CacheOptions _options;
    private readonly KeySeed _seed;
    private readonly KeyComparer<TKey>? _comparer;
    private readonly IEqualityComparer<TKey>? _hostComparer;
    private readonly Func<TKey, TValue, long>? _weigher;
    private readonly Action<RemovedEntry<TKey, TValue>>? _removed;
    private readonly EvictionPolicy _policy;
    private readonly CacheInstruments? _instruments;
    private readonly string _name = "";
    private readonly ILogger _logger;
    private readonly CacheClock _clock;
    private readonly bool _isCoarse;
    private readonly long _coarseStart;
    private readonly long _capacity;
    private readonly int _maxSlots;
    private readonly Lock _lock = new();
    private volatile EntryTable<TKey, TValue> _table;

    // Under the lock.
    private long[]? _weights;
    private long _weight;
    private int _count;
    private long _newcomers;
    private ulong _random;

    /// <summary>Makes an empty cache.</summary>
    /// <param name="options">How it keeps its entries; null for the defaults. Later changes of the object have no effect.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range; the message names it.</exception>
    public VouchCache(CacheOptions? options = null, TimeProvider? time = null)
        : this(options ?? new CacheOptions(), time ?? TimeProvider.System, null)
    {
    }

    internal VouchCache(VouchCacheBuilder<TKey, TValue> builder)
        : this(builder.Options, builder.Time, builder)
    {
    }

    private VouchCache(CacheOptions options, TimeProvider time, VouchCacheBuilder<TKey, TValue>? builder)
    {
        CacheOptionsRules.Require(options);
        _options = options = options.Copy();
        _capacity = options.Capacity;
        _maxSlots = (int)Math.Min(MaxSlots, _capacity + 1);
        _seed = new KeySeed(options.Seed);
        _random = _seed.C;
        _hostComparer = builder?.Comparer;
        _comparer = KeyComparer<TKey>.For(_hostComparer, _seed);
        _weigher = builder?.Weigher;
        _removed = builder?.Removed;
        _logger = builder?.Logger ?? NullLogger.Instance;
        _clock = new CacheClock(time);
        _isCoarse = _clock.IsCoarse;
        _coarseStart = _clock.CoarseStart;
        _tagClock = new TagClock(time);
        _durations = new EntryDurations(options);
        _policy = EvictionPolicies.Create(options.Policy ?? EvictionPolicies.Default, _capacity, weighted: _weigher is not null);
        int slots = Math.Min(FirstSlots, _maxSlots);
        _table = new EntryTable<TKey, TValue>(slots, _durations.Parts);
        _policy.EnsureSlots(slots);
        if (_durations.Parts != EntryParts.None)
        {
            StartExpiry(slots);
        }

        if (builder?.Name is { } name)
        {
            _name = name;
            _instruments = CacheInstruments.For(builder.Meters);
            _instruments.Add(this);
        }
    }

    /// <summary>Gets how much the cache holds: entries, or the sum of their weights.</summary>
    public long Capacity => _capacity;

    /// <summary>Gets the number of entries in memory, those past their time but not yet gone included.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Gets the sum of the weights of the entries in memory.</summary>
    public long Weight => Volatile.Read(ref _weight);

    /// <summary>Gets what the cache has counted. Takes time in proportion to the number of threads that read from it.</summary>
    public CacheStatistics Statistics => CountAll();

    string ICountedCache.Name => _name;

    private bool IsTimed => _wheel is not null;

    private ulong Hash(TKey key)
    {
        if (!typeof(TKey).IsValueType)
        {
            ArgumentNullException.ThrowIfNull(key);
        }

        return typeof(TKey).IsValueType && _comparer is null ? KeyComparer<TKey>.HashValue(key, _seed) : _comparer!.Hash(key);
    }

    private static uint Upper(ulong hash) => (uint)(hash >> 32);
}
