using Polly;
using Polly.Retry;
using Polly.Timeout;
using Vouch.Resilience.Deadlines;
using Vouch.Testing;

namespace Vouch.Resilience.Tests.Deadlines;

public class DeadlineStrategyTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Execute_HangsWithoutAFailureBefore_TimesOutAtTheDeadline()
    {
        ResiliencePipeline pipeline = Build(TimeSpan.Zero);

        Task call = pipeline.ExecuteAsync(async token => await Task.Delay(Timeout.InfiniteTimeSpan, _time, token), TestContext.Current.CancellationToken).AsTask();
        _time.Advance(TimeSpan.FromSeconds(2));

        await FluentActions.Awaiting(() => call).Should().ThrowAsync<TimeoutRejectedException>();
    }

    [Fact]
    public async Task Execute_RetryWouldSleepPastTheDeadline_EndsByThenWithTheLastRealFailure()
    {
        ResiliencePipeline pipeline = Build(TimeSpan.FromSeconds(30));

        Task call = pipeline.ExecuteAsync(static _ => throw new IOException("real"), TestContext.Current.CancellationToken).AsTask();
        _time.Advance(TimeSpan.FromSeconds(2));

        await FluentActions.Awaiting(() => call).Should().ThrowAsync<IOException>().WithMessage("real");
    }

    [Fact]
    public async Task Execute_TooLittleTimeLeft_MakesNoDoomedAttempt()
    {
        ResiliencePipeline pipeline = Build(TimeSpan.FromSeconds(1.8));
        int attempts = 0;

        Task call = pipeline.ExecuteAsync(
            _ =>
            {
                attempts++;
                throw new IOException("real");
            },
            TestContext.Current.CancellationToken).AsTask();
        _time.Advance(TimeSpan.FromSeconds(1.9));

        await FluentActions.Awaiting(() => call).Should().ThrowAsync<IOException>();
        attempts.Should().Be(1);
    }

    private ResiliencePipeline Build(TimeSpan delay)
    {
        var options = new DeadlineStrategyOptions { TotalTimeout = TimeSpan.FromSeconds(2), LeastForAttempt = TimeSpan.FromMilliseconds(500) };
        return new ResiliencePipelineBuilder { TimeProvider = _time }
            .AddDeadline(options)
            .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = 5, Delay = delay, ShouldHandle = new PredicateBuilder().Handle<IOException>() })
            .AddDeadline(options)
            .Build();
    }
}
