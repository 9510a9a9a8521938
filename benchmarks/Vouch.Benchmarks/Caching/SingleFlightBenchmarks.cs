using BenchmarkDotNet.Attributes;
using Vouch.Caching;

namespace Vouch.Benchmarks.Caching;

/// <summary>What each of a thousand waiters for one value costs. The baseline is the same number of awaits of one task.</summary>
[MemoryDiagnoser]
public class SingleFlightBenchmarks
{
    private const int Waiters = 1000;

    private readonly Task<int>[] _tasks = new Task<int>[Waiters];
    private readonly VouchCache<int, int> _cache = new();
    private readonly CancellationTokenSource _leave = new();
    private int _key;

    [Benchmark(Baseline = true, OperationsPerInvoke = Waiters)]
    public async Task<int> OneTask()
    {
        var gate = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        for (int i = 0; i < Waiters; i++)
        {
            _tasks[i] = AwaitAsync(new ValueTask<int>(gate.Task));
        }

        gate.SetResult(1);
        return (await Task.WhenAll(_tasks)).Length;
    }

    [Benchmark(OperationsPerInvoke = Waiters)]
    public async Task<int> Vouch_WaitersThatMayLeave()
    {
        var gate = new TaskCompletionSource<int>();
        int key = ++_key;
        for (int i = 0; i < Waiters; i++)
        {
            _tasks[i] = AwaitAsync(_cache.GetOrAddAsync(key, gate, static (_, gate, _, _) => new ValueTask<int>(gate.Task), _leave.Token));
        }

        gate.SetResult(1);
        return (await Task.WhenAll(_tasks)).Length;
    }

    [GlobalCleanup]
    public void Cleanup() => _leave.Dispose();

    private static async Task<int> AwaitAsync(ValueTask<int> task) => await task;
}
