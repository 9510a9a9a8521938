using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Caching.Memory;
using Vouch.Caching;
using Vouch.Caching.Configuration;

namespace Vouch.Benchmarks.Caching;

/// <summary>What a hit costs: every key is in the cache. The baseline is a dictionary without bounds, times or counts.</summary>
[MemoryDiagnoser]
public class CacheReadBenchmarks
{
    private readonly ConcurrentDictionary<long, long> _dictionary = new();
    private long[] _keys = [];
    private VouchCache<long, long> _vouch = null!;
    private VouchCache<long, long> _timed = null!;
    private VouchCache<long, long> _sliding = null!;
    private MemoryCache _memory = null!;
    private LockedLru<long, long> _locked = null!;

    [Params(1_000, 100_000)]
    public int Entries { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _keys = KeyStreams.Zipf(Entries, 1);
        _vouch = new VouchCache<long, long>(new CacheOptions { Capacity = Entries });
        _timed = new VouchCache<long, long>(new CacheOptions { Capacity = Entries, TimeToLive = TimeSpan.FromHours(1) });
        _sliding = new VouchCache<long, long>(new CacheOptions { Capacity = Entries, SlidingTimeToLive = TimeSpan.FromHours(1) });
        _memory = new MemoryCache(new MemoryCacheOptions());
        _locked = new LockedLru<long, long>(Entries);
        _ = Dictionary() + Vouch() + Vouch_TimeToLive() + Vouch_Sliding() + MemoryCache() + Locked();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _vouch.Dispose();
        _timed.Dispose();
        _sliding.Dispose();
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
    public long Vouch_TimeToLive() => Read(_timed);

    [Benchmark(OperationsPerInvoke = KeyStreams.Length)]
    public long Vouch_Sliding() => Read(_sliding);

    [Benchmark(OperationsPerInvoke = KeyStreams.Length)]
    public long MemoryCache()
    {
        long sum = 0;
        foreach (long key in _keys)
        {
            sum += _memory.TryGetValue(key, out long value) ? value : _memory.Set(key, key);
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
