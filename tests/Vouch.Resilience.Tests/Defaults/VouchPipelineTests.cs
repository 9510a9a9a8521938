using Microsoft.Extensions.Options;
using Polly;
using Polly.Timeout;
using Vouch.Core.Models;
using Vouch.Resilience.Admission;
using Vouch.Resilience.Breakers;
using Vouch.Resilience.Defaults;
using Vouch.Resilience.Errors;

namespace Vouch.Resilience.Tests.Defaults;

public class VouchPipelineTests
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ForEver = TimeSpan.FromHours(1);

    [Fact]
    public async Task Execute_Answer_IsReturned()
    {
        using var bench = new DefaultsBench();
        Task<Outcome<int>> call = bench.CallAsync(Quick);

        bench.Advance(0.1);

        (await call).Result.Should().Be(7);
        bench.Attempts.Should().Be(1);
        bench.Pipeline.InFlight.Should().Be(0);
    }

    [Fact]
    public async Task Execute_AtOnce_AllocatesNothing()
    {
        using var bench = new DefaultsBench(static options => options.Destinations = ["a", "b"]);
        ResilienceContext context = ResilienceContextPool.Shared.Get(CancellationToken.None);
        static ValueTask<Outcome<int>> Answer(ResilienceContext context, int state) => new(Outcome.FromResult(state));
        for (int i = 0; i < 200; i++)
        {
            (await bench.Pipeline.Pipeline.ExecuteOutcomeAsync(Answer, context, i)).Result.Should().Be(i);
        }

        // The runtime itself allocates while code is not compiled for good yet, which takes longer on a busy machine: the best of some rounds counts.
        long least = long.MaxValue;
        for (int round = 0; round < 100 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                await bench.Pipeline.Pipeline.ExecuteOutcomeAsync(Answer, context, i);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        least.Should().Be(0);
    }

    [Fact]
    public async Task Execute_FastErrors_AreRetriedAlthoughTheBudgetIsEmpty()
    {
        using var bench = new DefaultsBench(static options => options.RetryBudget.Capacity = 0);
        int failures = 3;

        Task<Outcome<int>> call = bench.CallAsync(TimeSpan.FromMilliseconds(1), () => failures-- > 0 ? throw new IOException() : 7);
        bench.Advance(2.9);

        (await call).Result.Should().Be(7);
        bench.Attempts.Should().Be(4);
    }

    [Fact]
    public async Task Execute_OverloadAndNoBudget_EndsWithTheLastRealFailure()
    {
        using var bench = new DefaultsBench(static options => options.RetryBudget.Capacity = 0);
        var overload = new OverloadException("busy");

        Outcome<int> outcome = await bench.CallAsync(_ => throw overload);

        outcome.Exception.Should().BeSameAs(overload);
        bench.Attempts.Should().Be(1);
    }

    [Fact]
    public async Task Execute_RetryAfter_IsWaitedFor()
    {
        using var bench = new DefaultsBench();
        int failures = 1;
        Task<Outcome<int>> call = bench.CallAsync(_ => failures-- > 0 ? throw new OverloadException("busy", TimeSpan.FromSeconds(2)) : Task.FromResult(7));

        bench.Advance(1.9);
        bench.Attempts.Should().Be(1);
        bench.Advance(0.2);

        (await call).Result.Should().Be(7);
    }

    [Fact]
    public async Task Execute_RetryAfterBeyondTheDeadline_EndsAtOnceWithTheFailure()
    {
        using var bench = new DefaultsBench();

        Outcome<int> outcome = await bench.CallAsync(_ => throw new OverloadException("busy", TimeSpan.FromSeconds(20)));

        outcome.Exception.Should().BeOfType<OverloadException>();
    }

    [Fact]
    public async Task Execute_PermanentError_IsNotRetried()
    {
        using var bench = new DefaultsBench();

        Outcome<int> outcome = await bench.CallAsync(_ => throw new NotSupportedException());

        outcome.Exception.Should().BeOfType<NotSupportedException>();
        bench.Attempts.Should().Be(1);
    }

    [Fact]
    public async Task Execute_LateAttempt_IsStoppedAndAnotherTakesItsPlace()
    {
        using var bench = new DefaultsBench();
        bool hangs = true;
        Task<Outcome<int>> call = bench.CallAsync(async token =>
        {
            bool hung = hangs;
            hangs = false;
            await bench.DelayAsync(hung ? ForEver : Quick, token);
            return 7;
        });

        bench.Advance(1.2);

        (await call).Result.Should().Be(7);
        bench.Attempts.Should().Be(2);
    }

    [Fact]
    public async Task Execute_LateAttemptThatNothingMayReplace_GoesOnUntilTheDeadline()
    {
        using var bench = new DefaultsBench(static options => options.MaxRetries = 0);
        Task<Outcome<int>> slow = bench.CallAsync(TimeSpan.FromSeconds(2.5));
        Task<Outcome<int>> tooSlow = bench.CallAsync(ForEver);

        bench.Advance(2.6);
        (await slow).Result.Should().Be(7);
        tooSlow.IsCompleted.Should().BeFalse();
        bench.Advance(0.5);

        (await tooSlow).Exception.Should().BeOfType<TimeoutRejectedException>();
        bench.Attempts.Should().Be(2);
    }

    [Fact]
    public async Task Execute_MoreThanTheLimit_WaitsForItsTurn()
    {
        using var bench = new DefaultsBench(static options => options.InitialConcurrency = options.MaxConcurrency = 1);
        Task<Outcome<int>> first = bench.CallAsync(Quick);
        Task<Outcome<int>> second = bench.CallAsync(Quick);
        bench.Pipeline.Waiting.Should().Be(1);

        bench.Advance(0.1);
        (await first).Result.Should().Be(7);
        second.IsCompleted.Should().BeFalse();
        bench.Advance(0.1);

        (await second).Result.Should().Be(7);
    }

    [Fact]
    public async Task Execute_WaitsUntilItsDeadline_IsRefused()
    {
        using var bench = new DefaultsBench(static options => options.InitialConcurrency = options.MaxConcurrency = 1);
        Task<Outcome<int>> hanging = bench.CallAsync(ForEver);
        Task<Outcome<int>> waiting = bench.CallAsync(Quick, describe: static context => context.Properties.Set(CallProperties.TimeLeft, TimeSpan.FromSeconds(0.5)));

        bench.Advance(0.6);

        (await waiting).Exception.Should().BeOfType<CallRefusedException>().Which.Reason.Should().Be(RefusalReason.DeadlineTooNear);
        bench.Advance(3);
        await hanging;
    }

    [Fact]
    public async Task Execute_QueueFull_RefusesTheLeastImportant()
    {
        using var bench = new DefaultsBench(static options =>
        {
            options.InitialConcurrency = options.MaxConcurrency = 1;
            options.MaxWaiting = 1;
        });
        Task<Outcome<int>> first = bench.CallAsync(Quick);
        Task<Outcome<int>> low = bench.CallAsync(Quick, describe: static context => context.Properties.Set(CallProperties.Priority, Priority.Lowest));
        Task<Outcome<int>> high = bench.CallAsync(Quick, describe: static context => context.Properties.Set(CallProperties.Priority, Priority.Highest));
        Task<Outcome<int>> normal = bench.CallAsync(Quick);

        (await low).Exception.Should().BeOfType<CallRefusedException>().Which.Reason.Should().Be(RefusalReason.Displaced);
        (await normal).Exception.Should().BeOfType<CallRefusedException>().Which.Reason.Should().Be(RefusalReason.QueueFull);
        bench.Advance(0.1);
        bench.Advance(0.1);

        (await first).Result.Should().Be(7);
        (await high).Result.Should().Be(7);
    }

    [Fact]
    public async Task Execute_CallerCancels_EndsWithItsToken()
    {
        using var bench = new DefaultsBench(static options => options.InitialConcurrency = options.MaxConcurrency = 1);
        using var source = new CancellationTokenSource();
        Task<Outcome<int>> running = bench.CallAsync(ForEver, token: source.Token);
        Task<Outcome<int>> waiting = bench.CallAsync(Quick, token: source.Token);

        await source.CancelAsync();

        (await running).Exception.Should().BeOfType<OperationCanceledException>().Which.CancellationToken.Should().Be(source.Token);
        (await waiting).Exception.Should().BeOfType<OperationCanceledException>().Which.CancellationToken.Should().Be(source.Token);
        bench.Pipeline.InFlight.Should().Be(0);
        bench.Pipeline.Waiting.Should().Be(0);
    }

    [Fact]
    public async Task Execute_DeadBackEnd_IsLeftAloneAndComesBack()
    {
        using var bench = new DefaultsBench(static options => options.Destinations = ["dead", "well"]);
        bool isDead = true;
        async Task<int> AskAsync(string destination, CancellationToken token)
        {
            await bench.DelayAsync(isDead && destination == "dead" ? ForEver : Quick, token);
            return 7;
        }

        var calls = new List<Task<Outcome<int>>>();
        for (int i = 0; i < 400; i++)
        {
            calls.Add(bench.CallAsync(token => AskAsync(bench.Destinations[^1], token)));
            bench.Advance(0.05);
            isDead = i < 150;
        }

        bench.Advance(3);

        (await Task.WhenAll(calls)).Should().OnlyContain(static outcome => outcome.Exception == null);
        bench.Destinations.Take(150).Count(static name => name == "dead").Should().BeLessThan(25);
        bench.Pipeline.GetState("dead").Should().Be(BreakerState.Closed);
    }

    [Fact]
    public void Constructor_InvalidOptions_SaysWhichAndWhatTheyAccept()
    {
        FluentActions.Invoking(static () => new VouchPipeline(new VouchDefaultsOptions { TotalTimeout = TimeSpan.FromSeconds(1), MaxRetries = 21, Destinations = ["a", "a"] }))
            .Should().Throw<OptionsValidationException>().Which.Failures.Should().HaveCount(3)
            .And.Contain(static failure => failure.Contains("MaxRetries"))
            .And.Contain(static failure => failure.Contains("TotalTimeout (00:00:01) must be at least AttemptTimeout (00:00:10)"))
            .And.Contain(static failure => failure.Contains("Destinations"));
    }

    [Fact]
    public void AddVouchDefaults_InvalidOptions_FailWhenThePipelineIsBuilt()
    {
        FluentActions.Invoking(static () => new ResiliencePipelineBuilder().AddVouchDefaults(new VouchDefaultsOptions { LatencyTolerance = 1 }))
            .Should().Throw<OptionsValidationException>().WithMessage("*LatencyTolerance*");
    }

    [Fact]
    public async Task AddVouchDefaults_InATypedPipeline_LooksAtResults()
    {
        ResiliencePipeline<HttpResponseMessage> pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddVouchDefaults(new VouchDefaultsOptions { RetryBaseDelay = TimeSpan.Zero, RetryMaxDelay = TimeSpan.Zero })
            .Build();
        int failures = 2;

        using HttpResponseMessage response = await pipeline.ExecuteAsync(_ =>
            new ValueTask<HttpResponseMessage>(new HttpResponseMessage(failures-- > 0 ? System.Net.HttpStatusCode.BadGateway : System.Net.HttpStatusCode.OK)));

        response.StatusCode.Should().Be(System.Net.HttpStatusCode.OK);
    }

    [Fact]
    public void Describe_NamesTheStepsInOrder()
    {
        using var bench = new DefaultsBench(static options => options.MaxRetries = 5);

        string text = bench.Pipeline.Describe();

        text.Split('\n').Should().HaveCount(7);
        text.Should().ContainAll("1. deadline: 00:00:03", "2. retry: up to 5", "3. queue", "4. concurrency", "5. back end", "6. attempt: late after 00:00:01");
    }
}
