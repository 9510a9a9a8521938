using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Options;
using Polly;
using Vouch.Core.Models;
using Vouch.Resilience.Admission;
using Vouch.Resilience.Queues;
using Vouch.Testing;
using Outcome = Polly.Outcome;

namespace Vouch.Resilience.Tests.Queues;

public class FairQueueStrategyTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly List<string> _order = [];

    [Fact]
    public async Task Execute_MoreThanMayBeUnderWay_Waits()
    {
        ResiliencePipeline pipeline = Queue(maxConcurrency: 2, maxWaiting: 10);
        var gate = new TaskCompletionSource();
        Task<Outcome<int>>[] calls = [.. Enumerable.Range(0, 5).Select(i => CallAsync(pipeline, $"{i}", wait: gate.Task))];

        _order.Should().Equal("0", "1");
        gate.SetResult();

        (await Task.WhenAll(calls)).Should().OnlyContain(static outcome => outcome.Result == 1);
        _order.Should().HaveCount(5);
    }

    [Fact]
    public async Task Execute_Waiting_GoByPriorityThenFairlyByTenant()
    {
        ResiliencePipeline pipeline = Queue(maxConcurrency: 1, maxWaiting: 10);
        var gate = new TaskCompletionSource();
        List<Task<Outcome<int>>> calls = [CallAsync(pipeline, "first", wait: gate.Task)];
        foreach ((string name, string tenant, int priority) in new[]
        {
            ("a1", "a", 5), ("a2", "a", 5), ("a3", "a", 5), ("b1", "b", 5), ("b2", "b", 5), ("urgent", "a", 9), ("idle", "c", 1),
        })
        {
            calls.Add(CallAsync(pipeline, name, tenant, priority));
        }

        gate.SetResult();
        await Task.WhenAll(calls);

        _order.Should().Equal("first", "urgent", "a1", "b1", "a2", "b2", "a3", "idle");
    }

    [Fact]
    public async Task Execute_QueueIsFull_ShedsTheLowestPriorityThenTheGreediestTenant()
    {
        ResiliencePipeline pipeline = Queue(maxConcurrency: 1, maxWaiting: 3);
        var gate = new TaskCompletionSource();
        Task<Outcome<int>> first = CallAsync(pipeline, "first", wait: gate.Task);
        Task<Outcome<int>> low = CallAsync(pipeline, "low", "a", 1);
        Task<Outcome<int>> greedy1 = CallAsync(pipeline, "greedy1", "a", 5);
        Task<Outcome<int>> greedy2 = CallAsync(pipeline, "greedy2", "a", 5);

        Task<Outcome<int>> modest = CallAsync(pipeline, "modest", "b", 5);
        Reason(await low).Should().Be(RefusalReason.Displaced);
        Task<Outcome<int>> other = CallAsync(pipeline, "other", "c", 5);
        Reason(await greedy1).Should().Be(RefusalReason.Displaced, "its tenant has most waiting");
        Reason(await CallAsync(pipeline, "last", "b", 1)).Should().Be(RefusalReason.QueueFull, "nobody matters less");
        gate.SetResult();

        (await Task.WhenAll(first, greedy2, modest, other)).Should().OnlyContain(static outcome => outcome.Result == 1);
    }

    [Fact]
    public async Task Execute_WaitsTooLong_IsRefusedAndItsPlaceIsNotLost()
    {
        ResiliencePipeline pipeline = Queue(maxConcurrency: 1, maxWaiting: 3, maxWait: TimeSpan.FromSeconds(5));
        var gate = new TaskCompletionSource();
        Task<Outcome<int>> first = CallAsync(pipeline, "first", wait: gate.Task);
        Task<Outcome<int>> patient = CallAsync(pipeline, "patient");
        Task<Outcome<int>> hasty = CallAsync(pipeline, "hasty", timeLeft: TimeSpan.FromSeconds(2));

        _time.Advance(TimeSpan.FromSeconds(2.1));
        Reason(await hasty).Should().Be(RefusalReason.WaitedTooLong);
        patient.IsCompleted.Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(3));
        Reason(await patient).Should().Be(RefusalReason.WaitedTooLong);
        gate.SetResult();
        (await first).Result.Should().Be(1);

        (await CallAsync(pipeline, "next")).Result.Should().Be(1);
    }

    [Fact]
    public async Task Execute_ShortDeadlineBehindManyLongOnes_IsStillKept()
    {
        ResiliencePipeline pipeline = Queue(maxConcurrency: 1, maxWaiting: 1_000);
        var gate = new TaskCompletionSource();
        List<Task<Outcome<int>>> calls = [CallAsync(pipeline, "first", wait: gate.Task)];
        for (int i = 0; i < 300; i++)
        {
            calls.Add(CallAsync(pipeline, $"patient {i}"));
        }

        Task<Outcome<int>> hasty = CallAsync(pipeline, "hasty", timeLeft: TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(2.1));

        Reason(await hasty.WaitAsync(TimeSpan.FromMinutes(1))).Should().Be(RefusalReason.WaitedTooLong);
        gate.SetResult();
        (await Task.WhenAll(calls)).Should().OnlyContain(static outcome => outcome.Result == 1);
    }

    [Fact]
    public async Task Execute_WithdrawnWhileWaiting_EndsAtOnceAndItsPlaceIsNotLost()
    {
        ResiliencePipeline pipeline = Queue(maxConcurrency: 1, maxWaiting: 3);
        var gate = new TaskCompletionSource();
        Task<Outcome<int>> first = CallAsync(pipeline, "first", wait: gate.Task);
        using var source = new CancellationTokenSource();
        Task<Outcome<int>> waiting = CallAsync(pipeline, "waiting", token: source.Token);

        await source.CancelAsync();

        (await waiting).Exception.Should().BeOfType<OperationCanceledException>().Which.CancellationToken.Should().Be(source.Token);
        gate.SetResult();
        (await first).Result.Should().Be(1);
        (await CallAsync(pipeline, "next")).Result.Should().Be(1);
        _order.Should().NotContain("waiting");
    }

    [Fact]
    public async Task Execute_CallThrows_GivesItsPlaceBack()
    {
        ResiliencePipeline pipeline = Queue(maxConcurrency: 1, maxWaiting: 0);
        for (int i = 0; i < 3; i++)
        {
            await FluentActions.Awaiting(() => pipeline.ExecuteAsync<int>(static _ => throw new IOException()).AsTask()).Should().ThrowAsync<IOException>();
        }

        (await CallAsync(pipeline, "next")).Result.Should().Be(1);
    }

    [Fact]
    public async Task Execute_RealThreads_NeverExceedsItsLimitAndLosesNobody()
    {
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder().AddFairQueue(new FairQueueStrategyOptions { MaxConcurrency = 3, MaxWaiting = 64 }).Build();
        int running = 0;
        int most = 0;
        int done = 0;
        int refused = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (int i = 0; i < 2_000 * Soak.Scale; i++)
            {
                Outcome<int> outcome = await CallAsync(pipeline, tenant: $"{worker % 3}", priority: 1 + (i % 10), body: async () =>
                {
                    int now = Interlocked.Increment(ref running);
                    InterlockedMax(ref most, now);
                    await Task.Yield();
                    Interlocked.Decrement(ref running);
                });
                Interlocked.Increment(ref outcome.Exception is null ? ref done : ref refused);
            }
        })));

        most.Should().BeLessThanOrEqualTo(3);
        (done + refused).Should().Be(16_000 * Soak.Scale);
        running.Should().Be(0);

        static void InterlockedMax(ref int target, int value)
        {
            int seen = Volatile.Read(ref target);
            while (value > seen)
            {
                int before = Interlocked.CompareExchange(ref target, value, seen);
                if (before == seen)
                {
                    return;
                }

                seen = before;
            }
        }
    }

    [Fact]
    public void Queue_AnySequence_KeepsItsBoundsAndEndsEveryCallOnce()
    {
        Arbitrary<int[]> steps = Gen.Choose(0, 99).ArrayOf().ToArbitrary();
        Prop.ForAll(steps, static sequence =>
        {
            var queue = new FairQueue(maxConcurrency: 2, maxWaiting: 3);
            var calls = new List<RecordedCall>();
            long now = 0;
            foreach (int step in sequence)
            {
                switch (step % 4)
                {
                    case 0 or 1:
                        var call = new RecordedCall { Deadline = now + 1 + (step % 7), Priority = step % 10, Tenant = $"{step % 3}" };
                        calls.Add(call);
                        call.IsRunning = queue.TryEnter(call);
                        call.Endings += call.Refusal == RefusalReason.QueueFull ? 1 : 0;
                        break;
                    case 2 when calls.Find(static call => call.IsRunning) is { } running:
                        running.IsRunning = false;
                        running.Endings++;
                        queue.Exit(now);
                        break;
                    default:
                        now += step % 5;
                        queue.Expire(now).Should().BeGreaterThan(now);
                        break;
                }

                int under = calls.Count(static call => call.IsRunning);
                under.Should().Be(queue.Running).And.BeLessThanOrEqualTo(2);
                queue.Waiting.Should().BeLessThanOrEqualTo(3);
                calls.Count(static call => !call.IsRunning && call.Endings == 0).Should().Be(queue.Waiting);
                (queue.Waiting == 0 || under == 2).Should().BeTrue("nobody waits while there is room");
            }

            calls.Should().NotContain(static call => call.Endings > 1);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void AddFairQueue_InvalidOptions_NameTheOption() =>
        FluentActions.Invoking(static () => new ResiliencePipelineBuilder().AddFairQueue(new FairQueueStrategyOptions { MaxConcurrency = 0 }))
            .Should().Throw<OptionsValidationException>().WithMessage("*MaxConcurrency*");

    private static RefusalReason Reason(Outcome<int> outcome) => outcome.Exception.Should().BeOfType<CallRefusedException>().Which.Reason;

    private ResiliencePipeline Queue(int maxConcurrency, int maxWaiting, TimeSpan? maxWait = null) => new ResiliencePipelineBuilder { TimeProvider = _time }
        .AddFairQueue(new FairQueueStrategyOptions { MaxConcurrency = maxConcurrency, MaxWaiting = maxWaiting, MaxWait = maxWait ?? TimeSpan.FromHours(1) })
        .Build();

    private Task<Outcome<int>> CallAsync(ResiliencePipeline pipeline, string name, string tenant = "t", int priority = 5, TimeSpan? timeLeft = null, Task? wait = null, CancellationToken token = default) =>
        CallAsync(
            pipeline,
            tenant,
            priority,
            () =>
            {
                lock (_order)
                {
                    _order.Add(name);
                }

                return wait ?? Task.CompletedTask;
            },
            timeLeft,
            token);

    private static async Task<Outcome<int>> CallAsync(ResiliencePipeline pipeline, string tenant, int priority, Func<Task> body, TimeSpan? timeLeft = null, CancellationToken token = default)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(token);
        context.Properties.Set(CallProperties.Tenant, tenant);
        context.Properties.Set(CallProperties.Priority, new Priority(priority));
        if (timeLeft is { } left)
        {
            context.Properties.Set(CallProperties.TimeLeft, left);
        }

        Outcome<int> outcome = await pipeline.ExecuteOutcomeAsync(
            static async (_, body) =>
            {
                await body();
                return Outcome.FromResult(1);
            },
            context,
            body);
        ResilienceContextPool.Shared.Return(context);
        return outcome;
    }

    private sealed class RecordedCall : GuardedCall
    {
        public bool IsRunning { get; set; }

        public int Endings { get; set; }

        public override void OnAdmitted() => IsRunning = true;

        public override void OnRefused() => Endings++;

        public override object? OnStopping() => null;

        public override void OnStopped(object? attempt)
        {
        }
    }
}
