using BenchmarkDotNet.Attributes;
using Polly;
using Vouch.Resilience.Admission;
using Vouch.Resilience.Bulkheads;

namespace Vouch.Benchmarks.Resilience;

/// <summary>What it costs to find a key's state among a million: the whole call with one key, and with a key drawn from many. The plain dictionary look-up is the floor of the difference.</summary>
[MemoryDiagnoser]
public class KeyedLookupBenchmarks
{
    private readonly ResilienceContext _context = ResilienceContextPool.Shared.Get(CancellationToken.None);
    private readonly ResiliencePipeline _bulkhead = new ResiliencePipelineBuilder().AddKeyedBulkhead(new BulkheadStrategyOptions { MaxKeys = 2_000_000, IdleTimeout = TimeSpan.FromDays(1) }).Build();
    private readonly Dictionary<string, int> _plain = new(StringComparer.Ordinal);
    private string[] _keys = [];
    private uint _next;

    [Params(1, 1_000, 1_000_000)]
    public int Keys { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _keys = [.. Enumerable.Range(0, Keys).Select(static i => $"https://endpoint-{i}.example.org")];
        for (int i = 0; i < Keys; i++)
        {
            _plain[_keys[i]] = i;
            _context.Properties.Set(CallProperties.Key, _keys[i]);
            Run();
        }
    }

    [Benchmark(Baseline = true)]
    public int PlainDictionary() => _plain[Draw()];

    [Benchmark]
    public int Vouch_KeyedBulkhead()
    {
        _context.Properties.Set(CallProperties.Key, Draw());
        return Run();
    }

    private string Draw()
    {
        _next = (_next * 1_664_525) + 1_013_904_223;
        return _keys[(int)(((ulong)_next * (ulong)_keys.Length) >> 32)];
    }

    private int Run()
    {
        ValueTask<Outcome<int>> task = _bulkhead.ExecuteOutcomeAsync(static (_, state) => new ValueTask<Outcome<int>>(Outcome.FromResult(state)), _context, 7);
        return task.IsCompleted ? task.Result.Result : throw new InvalidOperationException("The call did not complete at once.");
    }
}
