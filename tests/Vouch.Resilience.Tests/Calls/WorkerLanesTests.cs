using Vouch.Core.Models;
using Vouch.Resilience.Breakers;
using Vouch.Resilience.Calls;
using static Vouch.Resilience.Tests.Calls.CallBench;

namespace Vouch.Resilience.Tests.Calls;

public class WorkerLanesTests
{
    [Fact]
    public void ExecuteAsync_WorkersAreIdle_AreForgottenUnlessIsolated()
    {
        using var bench = new CallBench(options => options.IdleTimeout = TimeSpan.FromMinutes(1));
        bench.On("a", Answer(1)).On("b", Answer(1)).On("c", Answer(1));
        bench.Pipeline.Isolate(new WorkerId("b"));
        bench.Call("a").Done();
        bench.Advance(40);
        bench.Call("c").Done();
        bench.Pipeline.WorkerCount.Should().Be(3);

        bench.Advance(30);
        bench.Call("c").Done();

        bench.Pipeline.WorkerCount.Should().Be(2, "a was not called for 70 seconds");
        bench.Pipeline.GetState(new WorkerId("b")).Should().Be(BreakerState.Isolated);
    }

    [Fact]
    public void ExecuteAsync_TooManyWorkers_TheLongestUnusedAreForgotten()
    {
        using var bench = new CallBench(options => options.MaxWorkers = 100);
        bench.Pipeline.Isolate(new WorkerId("isolated"));
        for (int i = 0; i < 1000; i++)
        {
            bench.On($"w{i}", Answer(i));
            bench.Call($"w{i}").Done().Value.Should().Be(i);
            bench.Advance(0.001);
            bench.Pipeline.WorkerCount.Should().BeLessThanOrEqualTo(100);
        }

        bench.Pipeline.GetState(new WorkerId("isolated")).Should().Be(BreakerState.Isolated);
        bench.Pipeline.WorkerCount.Should().BeGreaterThan(80);
    }

    [Fact]
    public void ExecuteAsync_LaneIsForgottenDuringACall_CallEndsAsItWould()
    {
        using var bench = new CallBench(options => (options.MaxWorkers, options.MaxRetries) = (1, 0));
        bench.On("a", bench.AnswerAfter(1, 7)).On("b", Answer(8));

        Task<CallOutcome<int>> call = bench.Call("a");
        bench.Call("b").Done();
        bench.Pipeline.WorkerCount.Should().Be(1);
        bench.Advance(1);

        call.Done().Value.Should().Be(7);
    }
}
