using Vouch.Core.Models;
using Vouch.Resilience.Breakers;
using Vouch.Resilience.Calls;
using Vouch.Resilience.Tests.Calls;
using static Vouch.Resilience.Tests.Calls.CallBench;

namespace Vouch.Resilience.Tests.Breakers;

public class WorkerBreakerTests
{
    private static readonly WorkerId A = new("a");
    private static readonly WorkerId B = new("b");

    [Fact]
    public void ExecuteAsync_WorkerKeepsFailing_OnlyItsBreakerOpens()
    {
        using var bench = Fast();
        bench.On("a", Throw(new IOException())).On("b", Answer(1));

        for (int i = 0; i < 4; i++)
        {
            bench.Pipeline.GetState(A).Should().Be(BreakerState.Closed);
            bench.Call("a").Done().Attempts.Should().ContainSingle().Which.Outcome.Should().Be(CallAttemptOutcome.Failed);
            bench.Call("b").Done().Succeeded.Should().BeTrue();
        }

        bench.Pipeline.GetState(A).Should().Be(BreakerState.Open);
        bench.Pipeline.GetState(B).Should().Be(BreakerState.Closed);
        bench.Call("a").Done().Attempts.Should().ContainSingle().Which.Outcome.Should().Be(CallAttemptOutcome.BreakerOpen);
        bench.Call("b").Done().Succeeded.Should().BeTrue();
        bench.Called.Count(static worker => worker == "a").Should().Be(4, "an open breaker keeps calls away from the worker");
    }

    [Fact]
    public void ExecuteAsync_BreakIsOver_ProbeClosesOrOpens()
    {
        using var bench = Fast();
        bench.On("a", [.. Enumerable.Repeat(Throw(new IOException()), 5), Answer(1)]);
        Break(bench);

        bench.Advance(4.999);
        bench.Call("a").Done().Attempts[0].Outcome.Should().Be(CallAttemptOutcome.BreakerOpen);
        bench.Advance(0.001);
        bench.Call("a").Done().Attempts[0].Outcome.Should().Be(CallAttemptOutcome.Failed, "the probe fails");
        bench.Pipeline.GetState(A).Should().Be(BreakerState.Open);
        bench.Advance(5);
        bench.Call("a").Done().Succeeded.Should().BeTrue("the probe succeeds");

        bench.Pipeline.GetState(A).Should().Be(BreakerState.Closed);
    }

    [Fact]
    public void ExecuteAsync_ProbeUnderWay_OtherCallsAreRefused()
    {
        using var bench = Fast();
        bench.On("a", [.. Enumerable.Repeat(Throw(new IOException()), 4), bench.AnswerAfter(1, 1)]);
        Break(bench);
        bench.Advance(5);

        Task<CallOutcome<int>> probe = bench.Call("a");
        bench.Pipeline.GetState(A).Should().Be(BreakerState.HalfOpen);
        CallOutcome<int> other = bench.Call("a").Done();
        bench.Advance(1);

        other.Attempts[0].Outcome.Should().Be(CallAttemptOutcome.BreakerOpen);
        probe.Done().Succeeded.Should().BeTrue();
    }

    [Fact]
    public void ExecuteAsync_ProbeIsWithdrawn_BreakerStaysOpen()
    {
        using var bench = Fast();
        bench.On("a", [.. Enumerable.Repeat(Throw(new IOException()), 4), HangForEver()]);
        Break(bench);
        bench.Advance(5);
        using var source = new CancellationTokenSource();

        Task<CallOutcome<int>> probe = bench.Call(source.Token, "a");
        source.Cancel();

        probe.IsCanceled.Should().BeTrue();
        bench.Pipeline.GetState(A).Should().Be(BreakerState.Open, "a probe that says nothing closes nothing");
    }

    [Fact]
    public void ExecuteAsync_WorkerIsAlwaysOutrun_ItsBreakerOpens()
    {
        using var bench = Fast(options => options.HedgeAfter = TimeSpan.FromSeconds(1));
        bench.On("a", HangForEver()).On("b", Answer(1));

        for (int i = 0; i < 4; i++)
        {
            Task<CallOutcome<int>> call = bench.Call("a", "b");
            bench.Advance(1);
            call.Done().AnsweredBy.Should().Be(B);
        }

        bench.Pipeline.GetState(A).Should().Be(BreakerState.Open, "it had a head start each time");
        bench.Call("a", "b").Done().AnsweredBy.Should().Be(B, "nobody waits for it any more");
    }

    [Fact]
    public void ExecuteAsync_HedgeIsAlwaysOutrun_ItsBreakerStaysClosed()
    {
        using var bench = Fast(options => options.HedgeAfter = TimeSpan.FromSeconds(1));
        bench.On("a", bench.AnswerAfter(2, 1)).On("b", HangForEver());

        for (int i = 0; i < 20; i++)
        {
            Task<CallOutcome<int>> call = bench.Call("a", "b");
            bench.Advance(2);
            call.Done().AnsweredBy.Should().Be(A);
        }

        bench.Pipeline.GetState(B).Should().Be(BreakerState.Closed, "it had no fair chance");
    }

    [Fact]
    public void ExecuteAsync_PermanentErrors_DoNotOpenTheBreaker()
    {
        using var bench = Fast();
        bench.On("a", Throw(new ArgumentException("bad unit")));

        for (int i = 0; i < 50; i++)
        {
            bench.Call("a").Done().Attempts[0].Outcome.Should().Be(CallAttemptOutcome.Failed);
        }

        bench.Pipeline.GetState(A).Should().Be(BreakerState.Closed, "bad units say nothing about the worker");
    }

    [Fact]
    public void ExecuteAsync_WallClockIsSetBack_BreakEndsInTime()
    {
        using var bench = Fast();
        bench.On("a", [.. Enumerable.Repeat(Throw(new IOException()), 4), Answer(1)]);
        Break(bench);

        bench.Time.StepWallClock(TimeSpan.FromHours(-1));
        bench.Advance(5);

        bench.Call("a").Done().Succeeded.Should().BeTrue();
    }

    [Fact]
    public void Isolate_ThenClose_RefusesInBetween()
    {
        using var bench = Fast();
        bench.On("a", Answer(1));

        bench.Pipeline.Isolate(A);
        bench.Pipeline.GetState(A).Should().Be(BreakerState.Isolated);
        bench.Advance(3600);
        bench.Call("a").Done().Attempts.Should().ContainSingle().Which.Outcome.Should().Be(CallAttemptOutcome.BreakerOpen);
        bench.Pipeline.Close(A);

        bench.Pipeline.GetState(A).Should().Be(BreakerState.Closed);
        bench.Call("a").Done().Succeeded.Should().BeTrue();
    }

    private static CallBench Fast(Action<WorkerCallOptions>? configure = null) => new(options =>
    {
        (options.MaxRetries, options.BreakerMinimumThroughput) = (0, 4);
        configure?.Invoke(options);
    });

    private static void Break(CallBench bench)
    {
        for (int i = 0; i < 4; i++)
        {
            bench.Call("a").Done().Succeeded.Should().BeFalse();
        }

        bench.Pipeline.GetState(A).Should().Be(BreakerState.Open);
    }
}
