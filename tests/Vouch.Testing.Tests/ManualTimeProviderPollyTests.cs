using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Vouch.Testing.Tests;

/// <summary>The clock drives Polly's strategies: no test of a pipeline waits.</summary>
public sealed class ManualTimeProviderPollyTests
{
    private static readonly TimeSpan RealLimit = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Timeout_OnTheClock_TimesOutWhenDue()
    {
        ResiliencePipeline pipeline = Pipeline(builder => builder.AddTimeout(TimeSpan.FromSeconds(10)));
        Task call = pipeline.ExecuteAsync(static async token => await Task.Delay(Timeout.Infinite, token)).AsTask();

        _clock.Advance(TimeSpan.FromSeconds(9));
        call.IsCompleted.Should().BeFalse();
        _clock.Advance(TimeSpan.FromSeconds(1));

        await FluentActions.Awaiting(() => call.WaitAsync(RealLimit)).Should().ThrowAsync<TimeoutRejectedException>();
    }

    [Fact]
    public async Task Retry_OnTheClock_WaitsItsDelays()
    {
        var calls = new List<double>();
        ResiliencePipeline pipeline = Pipeline(builder => builder.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = 3,
            Delay = TimeSpan.FromSeconds(1),
            BackoffType = DelayBackoffType.Exponential,
        }));

        Task<int> call = pipeline.ExecuteAsync(_ =>
        {
            calls.Add(_clock.Elapsed.TotalSeconds);
            return calls.Count < 4 ? throw new InvalidOperationException() : ValueTask.FromResult(calls.Count);
        }).AsTask();
        using var limit = new CancellationTokenSource(RealLimit);
        while (!call.IsCompleted)
        {
            limit.Token.ThrowIfCancellationRequested();
            _clock.AdvanceToNextTimer();
            await Task.Yield();
        }

        (await call).Should().Be(4);
        calls.Should().Equal(0, 1, 3, 7);
    }

    [Fact]
    public async Task CircuitBreaker_OnTheClock_ClosesAgainAfterItsBreak()
    {
        ResiliencePipeline pipeline = Pipeline(builder => builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            FailureRatio = 0.5,
            MinimumThroughput = 2,
            SamplingDuration = TimeSpan.FromSeconds(10),
            BreakDuration = TimeSpan.FromSeconds(5),
        }));
        Func<Task> fail = async () => await pipeline.ExecuteAsync(static _ => throw new InvalidOperationException());
        Func<Task> succeed = async () => await pipeline.ExecuteAsync(static _ => default);

        await fail.Should().ThrowAsync<InvalidOperationException>();
        await fail.Should().ThrowAsync<InvalidOperationException>();
        await succeed.Should().ThrowAsync<BrokenCircuitException>();
        _clock.Advance(TimeSpan.FromSeconds(5.001));

        await succeed.Should().NotThrowAsync();
    }

    private ResiliencePipeline Pipeline(Action<ResiliencePipelineBuilder> configure)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = _clock };
        configure(builder);
        return builder.Build();
    }
}
