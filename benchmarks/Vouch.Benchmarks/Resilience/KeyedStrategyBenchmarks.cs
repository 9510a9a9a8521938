using BenchmarkDotNet.Attributes;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;
using Vouch.Resilience.Admission;
using Vouch.Resilience.Breakers;
using Vouch.Resilience.Bulkheads;
using Vouch.Resilience.Concurrency;
using Vouch.Resilience.Throttling;

namespace Vouch.Benchmarks.Resilience;

/// <summary>Each strategy with a state per key beside the one of Polly's that comes nearest, which has one state for all calls.</summary>
[MemoryDiagnoser]
public class KeyedStrategyBenchmarks
{
    private readonly ResilienceContext _context = ResilienceContextPool.Shared.Get(CancellationToken.None);
    private readonly ResiliencePipeline _pollyBreaker = new ResiliencePipelineBuilder().AddCircuitBreaker(new CircuitBreakerStrategyOptions()).Build();
    private readonly ResiliencePipeline _pollyTimeout = new ResiliencePipelineBuilder().AddTimeout(new TimeoutStrategyOptions { Timeout = TimeSpan.FromSeconds(10) }).Build();
    private readonly ResiliencePipeline _breaker = new ResiliencePipelineBuilder().AddKeyedBreaker(new KeyedBreakerStrategyOptions()).Build();
    private readonly ResiliencePipeline _limit = new ResiliencePipelineBuilder().AddAdaptiveConcurrency(new AdaptiveConcurrencyStrategyOptions()).Build();
    private readonly ResiliencePipeline _throttling = new ResiliencePipelineBuilder().AddAdaptiveThrottling(new AdaptiveThrottlingStrategyOptions()).Build();
    private readonly ResiliencePipeline _bulkhead = new ResiliencePipelineBuilder().AddKeyedBulkhead(new BulkheadStrategyOptions()).Build();

    [GlobalSetup]
    public void Setup() => _context.Properties.Set(CallProperties.Key, "inventory.example.org");

    [Benchmark(Baseline = true)]
    public int Polly_CircuitBreaker() => Run(_pollyBreaker);

    [Benchmark]
    public int Polly_Timeout() => Run(_pollyTimeout);

    [Benchmark]
    public int Vouch_KeyedBreaker() => Run(_breaker);

    [Benchmark]
    public int Vouch_AdaptiveConcurrency() => Run(_limit);

    [Benchmark]
    public int Vouch_AdaptiveThrottling() => Run(_throttling);

    [Benchmark]
    public int Vouch_KeyedBulkhead() => Run(_bulkhead);

    private int Run(ResiliencePipeline pipeline)
    {
        ValueTask<Outcome<int>> task = pipeline.ExecuteOutcomeAsync(static (_, state) => new ValueTask<Outcome<int>>(Outcome.FromResult(state)), _context, 7);
        return task.IsCompleted ? task.Result.Result : throw new InvalidOperationException("The call did not complete at once.");
    }
}
