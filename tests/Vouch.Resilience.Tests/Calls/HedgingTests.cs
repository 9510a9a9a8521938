using Vouch.Core.Models;
using Vouch.Resilience.Calls;
using Vouch.Resilience.Errors;
using static Vouch.Resilience.Tests.Calls.CallBench;

namespace Vouch.Resilience.Tests.Calls;

public class HedgingTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void ExecuteAsync_FirstIsSlow_NextAnswers()
    {
        using var bench = Hedging();
        bench.On("a", HangForEver()).On("b", bench.AnswerAfter(0.5, 8));

        Task<CallOutcome<int>> call = bench.Call("a", "b", "c");
        bench.Advance(0.999);
        bench.Called.Should().Equal("a");
        bench.Advance(0.001);
        bench.Called.Should().Equal("a", "b");
        bench.Advance(0.5);

        CallOutcome<int> outcome = call.Done();
        outcome.Value.Should().Be(8);
        outcome.AnsweredBy.Should().Be(new WorkerId("b"));
        outcome.Duration.Should().Be(1.5 * Second);
        outcome.Attempts.Should().Equal(
            new CallAttempt(new WorkerId("a"), CallAttemptOutcome.Outrun, 1.5 * Second, null, false) { ErrorClass = ErrorClass.Cancelled },
            new CallAttempt(new WorkerId("b"), CallAttemptOutcome.Succeeded, 0.5 * Second, null, true) { StartedAfter = Second });
        bench.Tokens[0].IsCancellationRequested.Should().BeTrue("the slow one is told to stop");
        bench.Time.ActiveTimers.Should().Be(0);
    }

    [Fact]
    public void ExecuteAsync_FirstAnswersAfterTheNextWasAsked_FirstIsTaken()
    {
        using var bench = Hedging();
        bench.On("a", bench.AnswerAfter(1.2, 7)).On("b", HangForEver());

        Task<CallOutcome<int>> call = bench.Call("a", "b");
        bench.Advance(1.2);

        call.Done().AnsweredBy.Should().Be(new WorkerId("a"));
        call.Done().Attempts.Select(attempt => attempt.Outcome).Should().Equal(CallAttemptOutcome.Succeeded, CallAttemptOutcome.Outrun);
        call.Done().Attempts[1].Duration.Should().Be(0.2 * Second);
        bench.Tokens[1].IsCancellationRequested.Should().BeTrue();
        bench.Time.ActiveTimers.Should().Be(0);
    }

    [Fact]
    public void ExecuteAsync_AllAreSlow_AsksOneMoreAfterEachDelay()
    {
        using var bench = Hedging();
        bench.On("a", HangForEver()).On("b", HangForEver()).On("c", HangForEver()).On("d", Answer(1));

        Task<CallOutcome<int>> call = bench.Call("a", "b", "c", "d");
        bench.Advance(1);
        bench.Called.Should().Equal("a", "b");
        bench.Advance(1);
        bench.Called.Should().Equal("a", "b", "c");
        bench.Advance(10);

        bench.Called.Should().Equal(["a", "b", "c"], "two more at most");
        call.Done().Succeeded.Should().BeFalse();
        call.Done().Duration.Should().Be(12 * Second);
        call.Done().Attempts.Should().OnlyContain(attempt => attempt.Outcome == CallAttemptOutcome.TimedOut && attempt.Duration == 10 * Second);
        call.Done().Attempts.Select(attempt => (attempt.StartedAfter, attempt.Hedged)).Should().Equal((TimeSpan.Zero, false), (Second, true), (2 * Second, true));
        bench.Time.ActiveTimers.Should().Be(0);
    }

    [Fact]
    public void ExecuteAsync_FirstFails_NextIsAskedAtOnce()
    {
        var error = new NotSupportedException();
        using var bench = Hedging();
        bench.On("a", Throw(error)).On("b", Answer(8));

        CallOutcome<int> outcome = bench.Call("a", "b").Done();

        outcome.AnsweredBy.Should().Be(new WorkerId("b"));
        outcome.Attempts.Should().Equal(
            new CallAttempt(new WorkerId("a"), CallAttemptOutcome.Failed, TimeSpan.Zero, error, false) { ErrorClass = ErrorClass.Permanent },
            new CallAttempt(new WorkerId("b"), CallAttemptOutcome.Succeeded, TimeSpan.Zero, null, false));
    }

    [Fact]
    public void ExecuteAsync_NoHedgeDelay_NextIsAskedOnlyAfterAFailure()
    {
        using var bench = new CallBench();
        bench.On("a", HangForEver()).On("b", Answer(8));

        Task<CallOutcome<int>> call = bench.Call("a", "b");
        bench.Advance(9.999);
        bench.Called.Should().Equal("a");
        bench.Advance(0.001);

        call.Done().AnsweredBy.Should().Be(new WorkerId("b"));
        call.Done().Attempts.Select(attempt => attempt.Outcome).Should().Equal(CallAttemptOutcome.TimedOut, CallAttemptOutcome.Succeeded);
    }

    [Fact]
    public void ExecuteAsync_HedgesOff_AsksTheFirstOnly()
    {
        using var bench = new CallBench(options => (options.MaxHedges, options.HedgeAfter) = (0, Second));
        bench.On("a", Throw(new NotSupportedException()));

        CallOutcome<int> outcome = bench.Call("a", "b").Done();

        outcome.Succeeded.Should().BeFalse();
        bench.Called.Should().Equal("a");
    }

    [Fact]
    public void ExecuteAsync_HedgeFailsWhileFirstRuns_FirstStillCounts()
    {
        using var bench = Hedging();
        bench.On("a", bench.AnswerAfter(3, 7)).On("b", Throw(new NotSupportedException())).On("c", HangForEver());

        Task<CallOutcome<int>> call = bench.Call("a", "b", "c");
        bench.Advance(3);

        call.Done().Value.Should().Be(7);
        bench.Called.Should().Equal("a", "b", "c");
        call.Done().Attempts.Select(attempt => attempt.Outcome).Should().Equal(CallAttemptOutcome.Succeeded, CallAttemptOutcome.Failed, CallAttemptOutcome.Outrun);
    }

    [Fact]
    public void ExecuteAsync_OutrunBetweenRetries_IsNotAskedAgain()
    {
        using var bench = new CallBench(options =>
        {
            (options.HedgeAfter, options.RetryBaseDelay, options.RetryMaxDelay) = (0.1 * Second, 5 * Second, 5 * Second);
        });
        bench.On("a", Throw(new IOException())).On("b", Answer(8));

        Task<CallOutcome<int>> call = bench.Call("a", "b");
        bench.Advance(60);

        call.Done().Value.Should().Be(8);
        call.Done().Attempts.Select(attempt => attempt.Outcome).Should().Equal(CallAttemptOutcome.Failed, CallAttemptOutcome.Succeeded);
        bench.Called.Should().Equal("a", "b");
        bench.Time.ActiveTimers.Should().Be(0);
    }

    [Fact]
    public void ExecuteAsync_OpenBreakers_ArePassedOverWithoutCost()
    {
        using var bench = new CallBench(options => (options.MaxHedges, options.MaxAttempts, options.MaxRetries) = (1, 1, 0));
        bench.On("d", Answer(9));
        foreach (WorkerId worker in Ids("a", "b", "c"))
        {
            bench.Pipeline.Isolate(worker);
        }

        CallOutcome<int> outcome = bench.Call("a", "b", "c", "d").Done();

        outcome.Value.Should().Be(9);
        outcome.Attempts.Select(attempt => attempt.Outcome).Should().Equal(
            CallAttemptOutcome.BreakerOpen, CallAttemptOutcome.BreakerOpen, CallAttemptOutcome.BreakerOpen, CallAttemptOutcome.Succeeded);
        outcome.Attempts[0].Error.Should().NotBeNull();
        outcome.Attempts[0].ErrorClass.Should().Be(ErrorClass.Overload);
        bench.Called.Should().Equal("d");
    }

    [Fact]
    public void ExecuteAsync_AllBreakersOpen_EndsWithoutCallingAnyone()
    {
        using var bench = new CallBench();
        bench.Pipeline.Isolate(new WorkerId("a"));
        bench.Pipeline.Isolate(new WorkerId("b"));

        CallOutcome<int> outcome = bench.Call("a", "b").Done();

        outcome.Succeeded.Should().BeFalse();
        outcome.Attempts.Should().HaveCount(2).And.OnlyContain(attempt => attempt.Outcome == CallAttemptOutcome.BreakerOpen);
        bench.Called.Should().BeEmpty();
    }

    [Fact]
    public void ExecuteAsync_WorkerCallbackThrowsOnCancellation_DoesNotReachTheCaller()
    {
        using var bench = Hedging();
        bench.On("a", static token =>
        {
            token.Register(static () => throw new InvalidOperationException("callback"));
            return new ValueTask<int>(new TaskCompletionSource<int>().Task);
        }).On("b", Answer(8));

        Task<CallOutcome<int>> call = bench.Call("a", "b");
        bench.Advance(1);

        call.Done().Value.Should().Be(8);
    }

    [Fact]
    public void ExecuteAsync_SameWorkerTwice_IsAskedTwice()
    {
        using var bench = Hedging();
        bench.On("a", HangForEver(), Answer(2));

        Task<CallOutcome<int>> call = bench.Call("a", "a");
        bench.Advance(1);

        call.Done().Value.Should().Be(2);
        bench.Called.Should().Equal("a", "a");
    }

    private static CallBench Hedging() => new(options => (options.HedgeAfter, options.MaxHedges) = (Second, 2));
}
