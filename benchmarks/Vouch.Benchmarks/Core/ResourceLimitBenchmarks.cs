using BenchmarkDotNet.Attributes;
using Vouch.Core.Validation;

namespace Vouch.Benchmarks.Core;

/// <summary>Taking and giving back a slot, beside the semaphore that a host would use.</summary>
[MemoryDiagnoser]
public class ResourceLimitBenchmarks
{
    private readonly SemaphoreSlim _semaphore = new(8);
    private readonly ResourceLimit _limit = new("slots", 8);
    private readonly CostBudget _budget = new(decimal.MaxValue);

    [Benchmark(Baseline = true)]
    public int Semaphore()
    {
        _semaphore.Wait(0);
        return _semaphore.Release();
    }

    [Benchmark]
    public bool Limit()
    {
        bool taken = _limit.TryTake();
        _limit.Return();
        return taken;
    }

    [Benchmark]
    public bool Budget()
    {
        bool reserved = _budget.TryReserve(1.25m);
        _budget.Settle(1.25m, 0.5m);
        return reserved;
    }
}
