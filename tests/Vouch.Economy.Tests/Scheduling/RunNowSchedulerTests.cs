using Vouch.Core.Exceptions;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Tests.Scheduling;

public class RunNowSchedulerTests
{
    private static readonly SchedulingProblem Problem = new(
        RandomProblems.Curve(9, 9, 1, 1, 1),
        new ResourcePool("p", 1),
        [new Job("early", 2, 1, 0, 5, penalty: 100), new Job("urgent", 1, 1, 1, 2, penalty: 50)]);

    [Fact]
    public void Solve_ByDeadline_ServesTheUrgentJobFirst()
    {
        Schedule schedule = new RunNowScheduler().Solve(Problem);

        schedule["urgent"]!.Start.Should().Be(1);
        schedule["early"]!.Start.Should().Be(2);
        schedule.SchedulerName.Should().Be("run-now (earliest deadline)");
        SlowChecker.Check(schedule);
    }

    [Fact]
    public void Solve_ByArrival_ServesWhoComesFirst()
    {
        Schedule schedule = new RunNowScheduler(RunNowOrder.Arrival).Solve(Problem);

        schedule["early"]!.Start.Should().Be(0);
        schedule.Rejections.Should().ContainSingle().Which.JobId.Should().Be("urgent");
        schedule.TotalCost.Should().Be(68);
        SlowChecker.Check(schedule);
    }

    [Fact]
    public void Solve_MustRunWithoutAPlace_Throws()
    {
        var problem = new SchedulingProblem(Problem.Prices, Problem.Pools, [new Job("a", 3, 1, 0, 5), new Job("b", 3, 1, 0, 5)]);

        new RunNowScheduler().Invoking(s => s.Solve(problem)).Should().Throw<SchedulingException>().Which.JobId.Should().Be("b");
        FluentActions.Invoking(() => new RunNowScheduler((RunNowOrder)7)).Should().Throw<ArgumentOutOfRangeException>();
    }
}
