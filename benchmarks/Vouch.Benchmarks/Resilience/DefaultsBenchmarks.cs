using BenchmarkDotNet.Attributes;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using Vouch.Resilience.Admission;
using Vouch.Resilience.Bulkheads;
using Vouch.Resilience.Defaults;

namespace Vouch.Benchmarks.Resilience;

/// <summary>What the default costs beside Polly's retry, timeout and breaker, on success and when it refuses.</summary>
[MemoryDiagnoser]
public class DefaultsBenchmarks
{
    private readonly TaskCompletionSource _hanging = new();
    private readonly ResilienceContext _context = ResilienceContextPool.Shared.Get(CancellationToken.None);
    private ResiliencePipeline _polly = null!;
    private ResiliencePipeline _pollyOpen = null!;
    private ResiliencePipeline _vouch = null!;
    private ResiliencePipeline _vouchFive = null!;
    private ResiliencePipeline _full = null!;

    [GlobalSetup]
    public void Setup()
    {
        _polly = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = 3, UseJitter = true, BackoffType = DelayBackoffType.Exponential })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = TimeSpan.FromSeconds(10) })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions())
            .Build();
        _vouch = new ResiliencePipelineBuilder().AddVouchDefaults().Build();
        _vouchFive = new ResiliencePipelineBuilder().AddVouchDefaults(new VouchDefaultsOptions { Destinations = ["a", "b", "c", "d", "e"] }).Build();

        var control = new CircuitBreakerManualControl(isIsolated: true);
        _pollyOpen = new ResiliencePipelineBuilder().AddCircuitBreaker(new CircuitBreakerStrategyOptions { ManualControl = control }).Build();
        _full = new ResiliencePipelineBuilder().AddKeyedBulkhead(new BulkheadStrategyOptions { MaxConcurrency = 1 }).Build();
        _ = _full.ExecuteAsync(async _ => await _hanging.Task).AsTask();
    }

    [Benchmark(Baseline = true)]
    public int Polly_RetryTimeoutBreaker() => Complete(_polly.ExecuteOutcomeAsync(static (_, state) => new ValueTask<Outcome<int>>(Outcome.FromResult(state)), _context, 7)).Result;

    [Benchmark]
    public int Vouch_Defaults() => Complete(_vouch.ExecuteOutcomeAsync(static (_, state) => new ValueTask<Outcome<int>>(Outcome.FromResult(state)), _context, 7)).Result;

    [Benchmark]
    public int Vouch_Defaults_FiveDestinations() => Complete(_vouchFive.ExecuteOutcomeAsync(static (_, state) => new ValueTask<Outcome<int>>(Outcome.FromResult(state)), _context, 7)).Result;

    [Benchmark]
    public bool Polly_BreakerOpen_Outcome() => Refused(_pollyOpen);

    [Benchmark]
    public bool Vouch_Refused_Outcome() => Refused(_full);

    [Benchmark]
    public bool Vouch_Refused_Exception()
    {
        try
        {
            return Complete(_full.ExecuteAsync(static (state, _) => new ValueTask<int>(state), 7, CancellationToken.None)) == 0;
        }
        catch (CallRefusedException)
        {
            return false;
        }
    }

    // A context keeps what Polly's telemetry reports until it is returned: one per call, as callers have it.
    private static bool Refused(ResiliencePipeline pipeline)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(CancellationToken.None);
        bool answered = Complete(pipeline.ExecuteOutcomeAsync(static (_, state) => new ValueTask<Outcome<int>>(Outcome.FromResult(state)), context, 7)).Exception is null;
        ResilienceContextPool.Shared.Return(context);
        return answered;
    }

    private static T Complete<T>(ValueTask<T> task) => task.IsCompleted ? task.Result : throw new InvalidOperationException("The call did not complete at once.");
}
