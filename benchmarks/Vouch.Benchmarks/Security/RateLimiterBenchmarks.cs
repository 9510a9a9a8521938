using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using Vouch.Security.RateLimiting;

namespace Vouch.Benchmarks.Security;

/// <summary>One bucket, granted and refused, beside the token bucket of System.Threading.RateLimiting. Twenty calls in one, since one is too short to be timed.</summary>
[MemoryDiagnoser]
public class RateLimiterBenchmarks
{
    private const int Calls = 20;
    private static readonly TimeSpan Now = TimeSpan.FromHours(1);

    private readonly TokenBucketRateLimiter _tokens = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = int.MaxValue,
        TokensPerPeriod = int.MaxValue,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        AutoReplenishment = false,
        QueueLimit = 0,
    });

    private readonly TokenBucketRateLimiter _noTokens = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = 1,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromDays(1),
        AutoReplenishment = false,
        QueueLimit = 0,
    });

    private readonly GcraBucket _full = new(RateQuota.PerSecond(1_000_000_000));
    private readonly GcraBucket _empty = new(new RateQuota(1, TimeSpan.FromDays(1)));

    [GlobalSetup]
    public void Empty()
    {
        _noTokens.AttemptAcquire().Dispose();
        _empty.Acquire(1, Now);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Calls)]
    public bool TokenBucketGranted()
    {
        bool granted = true;
        for (int i = 0; i < Calls; i++)
        {
            granted &= _tokens.AttemptAcquire().IsAcquired;
        }

        return granted;
    }

    [Benchmark(OperationsPerInvoke = Calls)]
    public bool TokenBucketRefused()
    {
        bool granted = false;
        for (int i = 0; i < Calls; i++)
        {
            granted |= _noTokens.AttemptAcquire().IsAcquired;
        }

        return granted;
    }

    [Benchmark(OperationsPerInvoke = Calls)]
    public bool GcraGranted()
    {
        bool granted = true;
        for (int i = 0; i < Calls; i++)
        {
            granted &= _full.Acquire(1, Now).IsGranted;
        }

        return granted;
    }

    [Benchmark(OperationsPerInvoke = Calls)]
    public bool GcraRefused()
    {
        bool granted = false;
        for (int i = 0; i < Calls; i++)
        {
            granted |= _empty.Acquire(1, Now).IsGranted;
        }

        return granted;
    }

    [Benchmark(OperationsPerInvoke = Calls)]
    public bool GcraGrantedReadingTheClock()
    {
        bool granted = true;
        for (int i = 0; i < Calls; i++)
        {
            granted &= _full.Acquire().IsGranted;
        }

        return granted;
    }
}
