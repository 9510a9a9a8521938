using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using Vouch.Security.RateLimiting;

namespace Vouch.Benchmarks.Security;

/// <summary>A bucket for each key, drawn at random, beside the partitioned limiter of System.Threading.RateLimiting.</summary>
[MemoryDiagnoser]
public class KeyedRateLimiterBenchmarks
{
    private const int Draws = 1 << 16;
    private static readonly TimeSpan Now = TimeSpan.FromHours(1);

    private readonly long[] _keys = new long[Draws];
    private readonly string[] _names = new string[Draws];
    private PartitionedRateLimiter<long> _partitioned = null!;
    private KeyedRateLimiter<long> _keyed = null!;
    private KeyedRateLimiter<string> _named = null!;
    private int _at;

    [Params(1, 100_000)]
    public int Keys { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(1);
        string[] names = [.. Enumerable.Range(0, Keys).Select(i => $"client {i}")];
        for (int i = 0; i < Draws; i++)
        {
            _keys[i] = random.Next(Keys);
            _names[i] = names[_keys[i]];
        }

        var quota = RateQuota.PerSecond(1_000_000_000);
        _keyed = new KeyedRateLimiter<long>(quota, 131_072);
        _named = new KeyedRateLimiter<string>(quota, 131_072);
        _partitioned = PartitionedRateLimiter.Create<long, long>(static key => RateLimitPartition.GetTokenBucketLimiter(key, static _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = int.MaxValue,
            TokensPerPeriod = int.MaxValue,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            AutoReplenishment = false,
        }));
    }

    [GlobalCleanup]
    public void Clean() => _partitioned.Dispose();

    [Benchmark(Baseline = true)]
    public bool Partitioned() => _partitioned.AttemptAcquire(_keys[_at++ & (Draws - 1)]).IsAcquired;

    [Benchmark]
    public bool Keyed() => _keyed.Acquire(_keys[_at++ & (Draws - 1)], 1, Now).IsGranted;

    [Benchmark]
    public bool KeyedByText() => _named.Acquire(_names[_at++ & (Draws - 1)], 1, Now).IsGranted;
}
