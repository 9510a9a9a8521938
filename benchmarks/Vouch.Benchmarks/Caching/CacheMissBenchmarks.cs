using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Caching.Memory;
using Vouch.Caching;
using Vouch.Caching.Configuration;

namespace Vouch.Benchmarks.Caching;

/// <summary>What a call costs when a tenth of the keys fits. The baseline is a dictionary that holds them all and so never misses.</summary>
/// <remarks>
/// The contenders do not do the same work: each misses as often as its policy lets it. <c>MemoryCache</c> refuses newcomers while it is full and compacts itself on another thread, whose time does
/// not show here; <c>Evaluation caching speed</c> counts the processor time of the whole process. The stream of keys repeats with every invocation.
/// </remarks>
[MemoryDiagnoser]
public class CacheMissBenchmarks
{
    private const int Keys = 100_000;

    private readonly ConcurrentDictionary<long, long> _dictionary = new();
    private long[] _keys = [];
    private VouchCache<long, long> _vouch = null!;
    private VouchCache<long, long> _lru = null!;
    private VouchCache<long, long> _timed = null!;
    private MemoryCache _memory = null!;
    private LockedLru<long, long> _locked = null!;

    [Params("uniform", "zipf")]
    public string Traffic { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _keys = Traffic == "zipf" ? KeyStreams.Zipf(Keys, 1) : KeyStreams.Uniform(Keys, 1);
        _vouch = new VouchCache<long, long>(new CacheOptions { Capacity = Keys / 10 });
        _lru = new VouchCache<long, long>(new CacheOptions { Capacity = Keys / 10, Policy = "LRU" });
        _timed = new VouchCache<long, long>(new CacheOptions { Capacity = Keys / 10, TimeToLive = TimeSpan.FromHours(1) });
        _memory = new MemoryCache(new MemoryCacheOptions { SizeLimit = Keys / 10 });
        _locked = new LockedLru<long, long>(Keys / 10);
        _ = Dictionary() + Vouch() + Vouch_Lru() + Vouch_TimeToLive() + MemoryCache() + Locked();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _vouch.Dispose();
        _lru.Dispose();
        _timed.Dispose();
        _memory.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = KeyStreams.Length)]
    public long Dictionary()
    {
        long sum = 0;
        foreach (long key in _keys)
        {
            sum += _dictionary.GetOrAdd(key, static key => key);
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = KeyStreams.Length)]
    public long Vouch() => Read(_vouch);

    [Benchmark(OperationsPerInvoke = KeyStreams.Length)]
    public long Vouch_Lru() => Read(_lru);

    [Benchmark(OperationsPerInvoke = KeyStreams.Length)]
    public long Vouch_TimeToLive() => Read(_timed);

    [Benchmark(OperationsPerInvoke = KeyStreams.Length)]
    public long MemoryCache()
    {
        long sum = 0;
        foreach (long key in _keys)
        {
            sum += _memory.TryGetValue(key, out long value) ? value : _memory.Set(key, key, new MemoryCacheEntryOptions { Size = 1 });
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = KeyStreams.Length)]
    public long Locked()
    {
        long sum = 0;
        foreach (long key in _keys)
        {
            sum += _locked.GetOrAdd(key, static key => key);
        }

        return sum;
    }

    private long Read(VouchCache<long, long> cache)
    {
        long sum = 0;
        foreach (long key in _keys)
        {
            sum += cache.GetOrAdd(key, static key => key);
        }

        return sum;
    }
}
