using Vouch.Core.Models;
using Vouch.Resilience.Calls;
using Vouch.Resilience.Errors;
using static Vouch.Resilience.Tests.Calls.CallBench;

namespace Vouch.Resilience.Tests.Calls;

public class WorkerCallPipelineTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void ExecuteAsync_WorkerAnswersAtOnce_TakesItsAnswer()
    {
        using var bench = new CallBench();
        bench.On("a", Answer(7));

        Task<CallOutcome<int>> call = bench.Call("a", "b");

        call.IsCompletedSuccessfully.Should().BeTrue();
        CallOutcome<int> outcome = call.Done();
        outcome.Succeeded.Should().BeTrue();
        outcome.Value.Should().Be(7);
        outcome.AnsweredBy.Should().Be(new WorkerId("a"));
        outcome.LastError.Should().BeNull();
        outcome.AttemptCount.Should().Be(1);
        outcome.Attempts.Should().Equal(new CallAttempt(new WorkerId("a"), CallAttemptOutcome.Succeeded, TimeSpan.Zero, null, false));
        bench.Called.Should().Equal("a");
    }

    [Fact]
    public void ExecuteAsync_WorkerAnswersLater_MeasuresOnTheClock()
    {
        using var bench = new CallBench();
        bench.On("a", bench.AnswerAfter(3, 7));

        Task<CallOutcome<int>> call = bench.Call("a");
        bench.Advance(2.999);
        call.IsCompleted.Should().BeFalse();
        bench.Advance(0.001);

        call.Done().Value.Should().Be(7);
        call.Done().Duration.Should().Be(3 * Second);
        call.Done().Attempts.Should().ContainSingle().Which.Duration.Should().Be(3 * Second);
        bench.Time.ActiveTimers.Should().Be(0);
    }

    [Fact]
    public async Task ExecuteAsync_AnswerIsNull_IsAnAnswer()
    {
        using var pipeline = new WorkerCallPipeline();

        CallOutcome<string?> outcome = await pipeline.ExecuteAsync(Ids("a"), static (_, _, _) => new ValueTask<string?>((string?)null), 0);

        outcome.Succeeded.Should().BeTrue();
        outcome.Value.Should().BeNull();
        outcome.AnsweredBy.Should().Be(new WorkerId("a"));
    }

    [Fact]
    public void ExecuteAsync_ArgumentsThatNameNothing_Throw()
    {
        using var pipeline = new WorkerCallPipeline();
        static ValueTask<int> Ask(WorkerId worker, int state, CancellationToken token) => new(state);

        pipeline.Invoking(p => p.ExecuteAsync(null!, Ask, 0)).Should().Throw<ArgumentNullException>();
        pipeline.Invoking(p => p.ExecuteAsync<int, int>(Ids("a"), null!, 0)).Should().Throw<ArgumentNullException>();
        pipeline.Invoking(p => p.ExecuteAsync([], Ask, 0)).Should().Throw<ArgumentException>().WithMessage("*at least one candidate*");
        pipeline.Invoking(p => p.ExecuteAsync([new WorkerId("a"), default], Ask, 0)).Should().Throw<ArgumentException>();
        pipeline.Invoking(p => p.GetState(default)).Should().Throw<ArgumentException>();
        pipeline.Invoking(p => p.Isolate(default)).Should().Throw<ArgumentException>();
        pipeline.Dispose();
        pipeline.Invoking(p => p.ExecuteAsync(Ids("a"), Ask, 0)).Should().Throw<ObjectDisposedException>();
        pipeline.Invoking(p => p.Close(new WorkerId("a"))).Should().Throw<ObjectDisposedException>();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ExecuteAsync_TransientFailures_AreRetriedAtTheSameWorker(bool throwsAtOnce)
    {
        using var bench = new CallBench();
        var errors = new Exception[] { new IOException("first"), new IOException("second") };
        bench.On("a", throwsAtOnce ? Throw(errors[0]) : Fail(errors[0]), bench.FailAfter(1, errors[1]), Answer(7));

        Task<CallOutcome<int>> call = bench.Call("a", "b");
        bench.Called.Should().Equal("a");
        bench.Advance(0.3);
        bench.Called.Should().Equal("a", "a");
        bench.Advance(2);

        call.Done().Value.Should().Be(7);
        call.Done().Attempts.Select(attempt => attempt.Outcome).Should().Equal(CallAttemptOutcome.Failed, CallAttemptOutcome.Failed, CallAttemptOutcome.Succeeded);
        call.Done().Attempts.Select(attempt => attempt.Error).Should().Equal(errors[0], errors[1], null);
        call.Done().Attempts.Select(attempt => attempt.ErrorClass).Should().Equal(ErrorClass.Transient, ErrorClass.Transient, null);
        call.Done().Attempts[1].Duration.Should().Be(Second);
        call.Done().LastError.Should().BeSameAs(errors[1]);
        bench.Time.ActiveTimers.Should().Be(0);
    }

    [Fact]
    public void ExecuteAsync_SameSeed_WaitsTheSameAndWithinBounds()
    {
        TimeSpan[] first = Starts(seed: 5);
        TimeSpan[] again = Starts(seed: 5);
        TimeSpan[] other = Starts(seed: 6);

        again.Should().Equal(first);
        other.Should().NotEqual(first);
        TimeSpan[] waits = [.. first.Zip(first.Skip(1), static (earlier, later) => later - earlier)];
        waits.Should().HaveCount(20).And.OnlyContain(wait => wait >= TimeSpan.FromMilliseconds(100) && wait <= TimeSpan.FromSeconds(30));
        waits.Max().Should().BeGreaterThan(TimeSpan.FromMilliseconds(300), "the waits grow");
        waits.Distinct().Should().HaveCountGreaterThan(10, "the waits spread");

        static TimeSpan[] Starts(int seed)
        {
            using var bench = new CallBench(options =>
            {
                (options.Seed, options.MaxRetries, options.MaxAttempts, options.RetryMaxDelay) = (seed, 20, 100, TimeSpan.FromSeconds(30));
                options.BreakerMinimumThroughput = 1000;
            });
            bench.On("a", Throw(new IOException()));
            Task<CallOutcome<int>> call = bench.Call("a");
            bench.Advance(3600);
            return [.. call.Done().Attempts.Select(static attempt => attempt.StartedAfter)];
        }
    }

    [Theory]
    [InlineData(ErrorClass.Overload)]
    [InlineData(ErrorClass.Permanent)]
    [InlineData(ErrorClass.Cancelled)]
    public void ExecuteAsync_OtherFailures_AreNotRetried(ErrorClass errorClass)
    {
        using var bench = new CallBench(options => options.ErrorClassifier = _ => errorClass);
        bench.On("a", Throw(new IOException()));

        CallOutcome<int> outcome = bench.Call("a").Done();

        outcome.Succeeded.Should().BeFalse();
        outcome.Attempts.Should().ContainSingle().Which.ErrorClass.Should().Be(errorClass);
    }

    [Fact]
    public void ExecuteAsync_OwnClassifier_SeesWorkerAndError()
    {
        var seen = new List<ErrorArguments>();
        var error = new ArgumentException("permanent by default");
        using var bench = new CallBench(options => (options.RetryBaseDelay, options.ErrorClassifier) = (TimeSpan.Zero, arguments =>
        {
            seen.Add(arguments);
            return ErrorClass.Transient;
        }
        ));
        bench.On("a", Throw(error), Answer(7));

        bench.Call("a").Done().Value.Should().Be(7);

        seen.Should().Equal(new ErrorArguments(new WorkerId("a"), error));
    }

    [Fact]
    public void ExecuteAsync_ClassifierThrows_DefaultDecides()
    {
        using var bench = new CallBench(options => options.ErrorClassifier = _ => throw new InvalidOperationException("classifier"));
        bench.On("a", Throw(new ArgumentException("unit")));

        CallOutcome<int> outcome = bench.Call("a").Done();

        outcome.Attempts.Should().ContainSingle().Which.ErrorClass.Should().Be(ErrorClass.Permanent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ExecuteAsync_WorkerHangs_IsAbandonedWhenItsTimeIsUp(bool ignoresToken)
    {
        using var bench = new CallBench();
        bench.On("a", ignoresToken ? HangForEver() : Hang());

        Task<CallOutcome<int>> call = bench.Call("a");
        bench.Advance(9.999);
        call.IsCompleted.Should().BeFalse();
        bench.Advance(0.001);

        call.IsCompletedSuccessfully.Should().BeTrue();
        call.Done().Succeeded.Should().BeFalse();
        CallAttempt attempt = call.Done().Attempts.Should().ContainSingle("a time-out is an overload signal, which is not retried").Which;
        attempt.Outcome.Should().Be(CallAttemptOutcome.TimedOut);
        attempt.Duration.Should().Be(10 * Second);
        attempt.ErrorClass.Should().Be(ErrorClass.Overload);
        attempt.Error.Should().BeOfType<TimeoutException>().Which.Message.Should().Be("Worker a did not answer within 00:00:10.");
        bench.Tokens.Should().ContainSingle().Which.IsCancellationRequested.Should().BeTrue();
        bench.Time.ActiveTimers.Should().Be(0);
    }

    [Fact]
    public void ExecuteAsync_WorkerFailsWhenToldToStop_IsATimeOut()
    {
        var error = new IOException("connection reset");
        using var bench = new CallBench();
        bench.On("a", token =>
        {
            var source = new TaskCompletionSource<int>();
            token.Register(() => source.TrySetException(error));
            return new ValueTask<int>(source.Task);
        });

        Task<CallOutcome<int>> call = bench.Call("a");
        bench.Advance(10);

        call.Done().Attempts.Should().ContainSingle().Which.Outcome.Should().Be(CallAttemptOutcome.TimedOut);
    }

    [Fact]
    public void ExecuteAsync_WorkerCancelsByItself_IsATransientFailure()
    {
        using var bench = new CallBench();
        bench.On("a", static _ => new ValueTask<int>(Task.FromCanceled<int>(new CancellationToken(canceled: true))), static async _ =>
        {
            await Task.Yield();
            throw new OperationCanceledException();
        }, Answer(7));

        Task<CallOutcome<int>> call = bench.Call("a");
        SpinWait.SpinUntil(() => bench.Time.ActiveTimers > 0 && !AdvanceAndSee(), TimeSpan.FromSeconds(10));

        call.Done().Value.Should().Be(7);
        call.Done().Attempts.Take(2).Should().OnlyContain(attempt => attempt.Outcome == CallAttemptOutcome.Failed && attempt.ErrorClass == ErrorClass.Transient);

        bool AdvanceAndSee()
        {
            bench.Advance(0.01);
            return !call.IsCompleted;
        }
    }

    [Fact]
    public void ExecuteAsync_CancelledBefore_CallsNobody()
    {
        using var bench = new CallBench();

        Task<CallOutcome<int>> call = bench.Call(new CancellationToken(canceled: true), "a");

        call.IsCanceled.Should().BeTrue();
        bench.Called.Should().BeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void ExecuteAsync_CallerWithdraws_EndsAtOnceThoughAllWorkersIgnoreIt(int candidates)
    {
        using var bench = new CallBench(options => (options.HedgeAfter, options.MaxHedges) = (Second, 2));
        bench.On("a", HangForEver()).On("b", HangForEver()).On("c", HangForEver());
        using var source = new CancellationTokenSource();

        Task<CallOutcome<int>> call = bench.Call(source.Token, [.. new[] { "a", "b", "c" }.Take(candidates)]);
        bench.Advance(5);
        bench.Called.Should().HaveCount(candidates);
        call.IsCompleted.Should().BeFalse();
        source.Cancel();

        call.IsCanceled.Should().BeTrue("the clock did not move and no worker did anything");
        call.Invoking(task => task.GetAwaiter().GetResult()).Should().Throw<OperationCanceledException>().Which.CancellationToken.Should().Be(source.Token);
        bench.Tokens.Should().OnlyContain(token => token.IsCancellationRequested);
        bench.Time.ActiveTimers.Should().Be(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ExecuteAsync_CallerWithdrawsBetweenAttempts_EndsAtOnce(int candidates)
    {
        using var bench = new CallBench();
        bench.On("a", Throw(new IOException())).On("b", Answer(1));
        using var source = new CancellationTokenSource();

        Task<CallOutcome<int>> call = bench.Call(source.Token, [.. new[] { "a", "b" }.Take(candidates)]);
        call.IsCompleted.Should().BeFalse("it waits to retry");
        source.Cancel();

        // Task.Delay, which Polly waits on between attempts, hands its cancellation to the thread pool. The clock does not move.
        SpinWait.SpinUntil(() => call.IsCompleted, TimeSpan.FromSeconds(10)).Should().BeTrue();
        call.IsCanceled.Should().BeTrue();
        bench.Called.Should().Equal("a");
        bench.Time.ActiveTimers.Should().Be(0);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a", "b")]
    public void ExecuteAsync_CallerWithdrawsWhileAWorkerHasNotReturned_WorkerSeesIt(params string[] candidates)
    {
        using var source = new CancellationTokenSource();
        using var bench = new CallBench();
        bool seen = false;
        bench.On("a", token =>
        {
            source.Cancel();
            seen = token.IsCancellationRequested;
            throw new IOException();
        });

        Task<CallOutcome<int>> call = bench.Call(source.Token, candidates);

        seen.Should().BeTrue();
        call.IsCanceled.Should().BeTrue();
        bench.Called.Should().Equal("a");
    }

    [Fact]
    public void ExecuteAsync_BudgetOfAttempts_IsSharedByRetriesAndAlternates()
    {
        using var bench = new CallBench(options => (options.MaxRetries, options.MaxAttempts, options.MaxHedges) = (2, 4, 5));
        bench.On("a", Throw(new IOException())).On("b", Throw(new IOException())).On("c", Answer(1));

        Task<CallOutcome<int>> call = bench.Call("a", "b", "c");
        bench.Advance(60);

        call.Done().Succeeded.Should().BeFalse();
        bench.Called.Should().Equal("a", "a", "a", "b");
        call.Done().Attempts.Select(attempt => attempt.Worker.Value).Should().Equal("a", "a", "a", "b");
    }

    [Fact]
    public void ExecuteAsync_WorkerBlocksItsThread_IsAbandonedOnTheThreadPool()
    {
        using var bench = new CallBench(options => options.StartOnThreadPool = true);
        using var released = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        bench.On("a", _ =>
        {
            entered.Set();
            released.Wait(CancellationToken.None);
            return new ValueTask<int>(1);
        });

        Task<CallOutcome<int>> call = bench.Call("a");
        entered.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();
        bench.Advance(10);

        call.IsCompletedSuccessfully.Should().BeTrue();
        call.Done().Attempts.Should().ContainSingle().Which.Outcome.Should().Be(CallAttemptOutcome.TimedOut);
        released.Set();
    }

    [Fact]
    public void ExecuteAsync_AnswerAtOnce_AllocatesNothing()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        using var pipeline = new WorkerCallPipeline(new WorkerCallOptions { HedgeAfter = Second });
        WorkerId[] one = Ids("a");
        WorkerId[] three = Ids("a", "b", "c");
        using var source = new CancellationTokenSource();
        Run(2000);

        // The pools are shared with tests that run beside this one: an object that they took is made anew now and then. The calls' own share is what the best round shows.
        long allocated = long.MaxValue;
        for (int round = 0; round < 20; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Run(1000);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        allocated.Should().BeLessThan(2000, "that is less than a byte per call");

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                Check(i, pipeline.ExecuteAsync(one, static (_, state, _) => new ValueTask<int>(state), i, source.Token));
                Check(i, pipeline.ExecuteAsync(three, static (_, state, _) => new ValueTask<int>(state), i, source.Token));
            }
        }

        static void Check(int expected, ValueTask<CallOutcome<int>> call)
        {
            if (!call.IsCompletedSuccessfully || call.GetAwaiter().GetResult().Value != expected)
            {
                throw new InvalidOperationException("The call did not answer at once.");
            }
        }
    }

    [Fact]
    public void Describe_Settings_NamesEveryStepInOrder()
    {
        using var bench = new CallBench(options => (options.HedgeAfter, options.MaxHedges) = (Second, 2));
        using var plain = new WorkerCallPipeline(new WorkerCallOptions { MaxHedges = 0, MaxRetries = 0, StartOnThreadPool = true });

        bench.Pipeline.Describe().ReplaceLineEndings("\n").Should().Be("""
            A call passes, from the outside in:
            1. candidates: the next one is asked after 00:00:01 without an answer or after a failure, at most 2 more; at most 4 attempts in all
            2. retry, same worker: up to 2 after transient failures, after 00:00:00.1000000 to 00:00:05 (decorrelated jitter, seeded)
            3. breaker, one per worker: opens for 00:00:05 at 80 % failures of at least 10 attempts in 00:02:00
            4. attempt timeout: 00:00:10, then the worker is told to stop and abandoned
            5. the worker, called on the caller's thread
            """.ReplaceLineEndings("\n"));
        plain.Describe().Should().Contain("the first one only").And.Contain("same worker: none").And.Contain("on the thread pool");
    }
}
