using Microsoft.Extensions.Options;
using Polly;
using Vouch.Resilience.Admission;
using Vouch.Resilience.Breakers;
using Vouch.Resilience.Bulkheads;
using Vouch.Resilience.Concurrency;
using Vouch.Resilience.Errors;
using Vouch.Resilience.Throttling;
using Vouch.Testing;

namespace Vouch.Resilience.Tests.Keys;

public class KeyedStrategyTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Breaker_OneKeyFails_RefusesThatKeyOnly()
    {
        ResiliencePipeline pipeline = Breaker();
        for (int i = 0; i < 20; i++)
        {
            await CallAsync(pipeline, "bad", new IOException());
        }

        (await CallAsync(pipeline, "bad")).Exception.Should().BeOfType<CallRefusedException>().Which.Reason.Should().Be(RefusalReason.BreakerOpen);
        (await CallAsync(pipeline, "good")).Result.Should().Be(1);
    }

    [Fact]
    public async Task Breaker_FortyPercentErrors_StaysClosed()
    {
        ResiliencePipeline pipeline = Breaker();
        var random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 2000; i++)
        {
            Outcome<int> outcome = await CallAsync(pipeline, "k", random.NextDouble() < 0.4 ? new IOException() : null);
            refused += outcome.Exception is CallRefusedException ? 1 : 0;
        }

        refused.Should().Be(0);
    }

    [Fact]
    public async Task Breaker_PermanentErrors_SayNothing()
    {
        ResiliencePipeline pipeline = Breaker();
        for (int i = 0; i < 100; i++)
        {
            (await CallAsync(pipeline, "k", new NotSupportedException())).Exception.Should().BeOfType<NotSupportedException>();
        }
    }

    [Fact]
    public async Task Breaker_AfterItsBreak_NeedsSeveralProbesAndLetsTheLoadRiseStepByStep()
    {
        ResiliencePipeline pipeline = Breaker();
        for (int i = 0; i < 20; i++)
        {
            await CallAsync(pipeline, "k", new IOException());
        }

        _time.Advance(TimeSpan.FromSeconds(1.6));
        for (int i = 0; i < 3; i++)
        {
            (await CallAsync(pipeline, "k")).Result.Should().Be(1);
        }

        var hanging = new TaskCompletionSource();
        Task<Outcome<int>>[] burst = [.. Enumerable.Range(0, 10).Select(_ => CallAsync(pipeline, "k", wait: hanging.Task))];
        hanging.SetResult();
        Outcome<int>[] outcomes = await Task.WhenAll(burst);

        outcomes.Count(static outcome => outcome.Exception is null).Should().Be(3, "as many as there were probes may be under way at first");
    }

    [Fact]
    public async Task Breaker_SlowCalls_OpenIt()
    {
        ResiliencePipeline pipeline = Breaker(static options =>
        {
            options.SlowCallDuration = TimeSpan.FromMilliseconds(200);
            options.SlowCallRatio = 0.5;
        });
        for (int i = 0; i < 20; i++)
        {
            Task<Outcome<int>> call = CallAsync(pipeline, "k", wait: Task.Delay(TimeSpan.FromMilliseconds(300), _time, TestContext.Current.CancellationToken));
            _time.Advance(TimeSpan.FromMilliseconds(300));
            await call;
        }

        (await CallAsync(pipeline, "k")).Exception.Should().BeOfType<CallRefusedException>();
    }

    [Fact]
    public async Task Bulkhead_FullKey_RefusesWithoutAllocating()
    {
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder().AddKeyedBulkhead(new BulkheadStrategyOptions { MaxConcurrency = 1 }).Build();
        var hanging = new TaskCompletionSource();
        Task<Outcome<int>> first = CallAsync(pipeline, "k", wait: hanging.Task);
        static ValueTask<Outcome<int>> Answer(ResilienceContext context, int state) => new(Outcome.FromResult(state));

        // Contexts come from a pool that the tests beside this one share: the best of some rounds counts.
        long least = long.MaxValue;
        for (int round = 0; round < 100 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 200; i++)
            {
                ResilienceContext context = ResilienceContextPool.Shared.Get(CancellationToken.None);
                context.Properties.Set(CallProperties.Key, "k");
                await pipeline.ExecuteOutcomeAsync(Answer, context, 1);
                ResilienceContextPool.Shared.Return(context);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        least.Should().Be(0);
        (await CallAsync(pipeline, "k")).Exception.Should().BeOfType<CallRefusedException>();
        hanging.SetResult();
        (await first).Result.Should().Be(1);
    }

    [Fact]
    public async Task Throttling_OverloadedBackEnd_IsAskedLessAndPlainErrorsAreNot()
    {
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder { TimeProvider = _time }.AddAdaptiveThrottling(new AdaptiveThrottlingStrategyOptions { Seed = 1 }).Build();
        int overloaded = 0;
        int failing = 0;
        for (int i = 0; i < 1000; i++)
        {
            overloaded += (await CallAsync(pipeline, "overloaded", new OverloadException())).Exception is CallRefusedException ? 1 : 0;
            failing += (await CallAsync(pipeline, "failing", new IOException())).Exception is CallRefusedException ? 1 : 0;
        }

        overloaded.Should().BeGreaterThan(900);
        failing.Should().Be(0);
    }

    [Fact]
    public void AddStrategies_InvalidOptions_NameTheOption()
    {
        var builder = new ResiliencePipelineBuilder();

        FluentActions.Invoking(() => builder.AddKeyedBreaker(new KeyedBreakerStrategyOptions { FailureRatio = 0 })).Should().Throw<OptionsValidationException>().WithMessage("*FailureRatio*");
        FluentActions.Invoking(() => builder.AddAdaptiveConcurrency(new AdaptiveConcurrencyStrategyOptions { MinLimit = 30 })).Should().Throw<OptionsValidationException>().WithMessage("*InitialLimit (20)*");
        FluentActions.Invoking(() => builder.AddKeyedBulkhead(new BulkheadStrategyOptions { MaxConcurrency = 0 })).Should().Throw<OptionsValidationException>().WithMessage("*MaxConcurrency*");
        FluentActions.Invoking(() => builder.AddAdaptiveThrottling(new AdaptiveThrottlingStrategyOptions { Multiplier = 1 })).Should().Throw<OptionsValidationException>().WithMessage("*Multiplier*");
    }

    private static async Task<Outcome<int>> CallAsync(ResiliencePipeline pipeline, string key, Exception? error = null, Task? wait = null)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(CancellationToken.None);
        context.Properties.Set(CallProperties.Key, key);
        Outcome<int> outcome = await pipeline.ExecuteOutcomeAsync(
            async (_, _) =>
            {
                await (wait ?? Task.CompletedTask);
                return error is null ? Outcome.FromResult(1) : Outcome.FromException<int>(error);
            },
            context,
            0);
        ResilienceContextPool.Shared.Return(context);
        return outcome;
    }

    private ResiliencePipeline Breaker(Action<KeyedBreakerStrategyOptions>? configure = null)
    {
        var options = new KeyedBreakerStrategyOptions { Seed = 1 };
        configure?.Invoke(options);
        return new ResiliencePipelineBuilder { TimeProvider = _time }.AddKeyedBreaker(options).Build();
    }
}
