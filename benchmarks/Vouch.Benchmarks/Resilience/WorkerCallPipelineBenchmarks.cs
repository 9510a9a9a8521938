using BenchmarkDotNet.Attributes;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using Vouch.Core.Models;
using Vouch.Resilience.Calls;

namespace Vouch.Benchmarks.Resilience;

/// <summary>What a call costs beside the call itself. The baseline is one plain Polly pipeline of the same strategies with the same settings.</summary>
[MemoryDiagnoser]
public class WorkerCallPipelineBenchmarks
{
    private static readonly WorkerId[] One = [new("worker-1")];
    private static readonly WorkerId[] Three = [new("worker-1"), new("worker-2"), new("worker-3")];
    private static readonly WorkerId[] Broken = [new("broken")];
    private static readonly WorkerId[] BrokenFirst = [new("broken"), new("worker-1")];

    private readonly WorkerCallOptions _options = new() { RetryBaseDelay = TimeSpan.Zero, RetryMaxDelay = TimeSpan.Zero, HedgeAfter = TimeSpan.FromSeconds(1) };
    private ResiliencePipeline _polly = null!;
    private WorkerCallPipeline _vouch = null!;

    [GlobalSetup]
    public void Setup()
    {
        _polly = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = _options.MaxRetries, Delay = TimeSpan.Zero, UseJitter = true, BackoffType = DelayBackoffType.Exponential })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = _options.BreakerFailureRatio,
                MinimumThroughput = 1_000_000,
                SamplingDuration = _options.BreakerSamplingDuration,
                BreakDuration = _options.BreakerBreakDuration,
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = _options.AttemptTimeout })
            .Build();
        _options.BreakerMinimumThroughput = 1_000_000;
        _vouch = new WorkerCallPipeline(_options);
        _vouch.Isolate(Broken[0]);
    }

    [GlobalCleanup]
    public void Cleanup() => _vouch.Dispose();

    [Benchmark(Baseline = true)]
    public int Polly_Answer() => Complete(_polly.ExecuteAsync(static (state, _) => new ValueTask<int>(state), 7, CancellationToken.None));

    [Benchmark]
    public int Vouch_Answer() => Complete(_vouch.ExecuteAsync(One, static (_, state, _) => new ValueTask<int>(state), 7)).Value;

    [Benchmark]
    public int Vouch_Answer_WithAlternates() => Complete(_vouch.ExecuteAsync(Three, static (_, state, _) => new ValueTask<int>(state), 7)).Value;

    [Benchmark]
    public async Task<int> Polly_AsynchronousAnswer() => await _polly.ExecuteAsync(static (state, _) => YieldAsync(state), 7, CancellationToken.None);

    [Benchmark]
    public async Task<int> Vouch_AsynchronousAnswer() => (await _vouch.ExecuteAsync(One, static (_, state, _) => YieldAsync(state), 7)).Value;

    [Benchmark]
    public async Task<int> Vouch_AsynchronousAnswer_WithAlternates() => (await _vouch.ExecuteAsync(Three, static (_, state, _) => YieldAsync(state), 7)).Value;

    [Benchmark]
    public int Polly_AnswerAtSecondAttempt()
    {
        int failures = 1;
        return Complete(_polly.ExecuteAsync((state, _) => failures-- > 0 ? ValueTask.FromException<int>(new IOException()) : new ValueTask<int>(state), 7, CancellationToken.None));
    }

    [Benchmark]
    public int Vouch_AnswerAtSecondAttempt()
    {
        int failures = 1;
        return Complete(_vouch.ExecuteAsync(One, (_, state, _) => failures-- > 0 ? ValueTask.FromException<int>(new IOException()) : new ValueTask<int>(state), 7)).Value;
    }

    [Benchmark]
    public bool Vouch_RefusedByBreaker() => Complete(_vouch.ExecuteAsync(Broken, static (_, state, _) => new ValueTask<int>(state), 7)).Succeeded;

    [Benchmark]
    public int Vouch_AnswerOfAlternate_FirstRefusedByBreaker() => Complete(_vouch.ExecuteAsync(BrokenFirst, static (_, state, _) => new ValueTask<int>(state), 7)).Value;

    private static async ValueTask<int> YieldAsync(int value)
    {
        await Task.Yield();
        return value;
    }

    private static T Complete<T>(ValueTask<T> task) => task.IsCompleted ? task.Result : throw new InvalidOperationException("The call did not complete at once.");
}
