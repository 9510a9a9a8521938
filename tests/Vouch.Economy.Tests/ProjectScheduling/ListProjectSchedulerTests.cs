using Vouch.Economy.ProjectScheduling;

namespace Vouch.Economy.Tests.ProjectScheduling;

public sealed class ListProjectSchedulerTests
{
    [Fact]
    public void Solve_EveryRuleAndScheme_IsFeasible()
    {
        foreach (PriorityRule rule in Enum.GetValues<PriorityRule>())
        {
            foreach (GenerationScheme scheme in Enum.GetValues<GenerationScheme>())
            {
                var scheduler = new ListProjectScheduler(rule, scheme);
                for (int seed = 0; seed < 12; seed++)
                {
                    ProjectProblem problem = RandomProjects.Make(seed, 25, large: seed % 2 == 0);
                    ProjectSchedule schedule = scheduler.Solve(problem);

                    ProjectOracle.IsFeasible(problem, schedule.Starts).Should().BeTrue($"{scheduler.Name}, seed {seed}");
                    schedule.SchedulerName.Should().Be(scheduler.Name);
                }
            }
        }
    }

    [Fact]
    public void Solve_Justified_IsNeverLonger()
    {
        int shorter = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            ProjectProblem problem = RandomProjects.Make(seed, 40);
            int plain = new ListProjectScheduler(PriorityRule.ShortestDuration).Solve(problem).Makespan;
            int justified = new ListProjectScheduler(PriorityRule.ShortestDuration, justify: true).Solve(problem).Makespan;

            justified.Should().BeLessThanOrEqualTo(plain);
            shorter += justified < plain ? 1 : 0;
        }

        shorter.Should().BeGreaterThan(10, "shifting to and fro pays");
    }

    [Fact]
    public void Solve_Serial_PlacesEachActivityAtItsEarliestFit()
    {
        // Two at once on a resource of 2; the long one has the longest tail and goes first.
        var problem = new ProjectProblem(
            [new ProjectResource("r", 2)],
            [
                new ProjectActivity("long", 6, [1]), new ProjectActivity("wide", 2, [2]), new ProjectActivity("last", 4, [1], ["wide"]),
            ]);

        ProjectSchedule schedule = new ListProjectScheduler(PriorityRule.LatestStart).Solve(problem);

        schedule["long"].Should().Be(0);
        schedule["wide"].Should().Be(6);
        schedule["last"].Should().Be(8);
        schedule.Makespan.Should().Be(12);
    }

    [Fact]
    public void Constructor_UnknownRule_IsRefused()
    {
        Action rule = () => _ = new ListProjectScheduler((PriorityRule)99);
        Action scheme = () => _ = new ListProjectScheduler(scheme: (GenerationScheme)99);

        rule.Should().Throw<ArgumentOutOfRangeException>();
        scheme.Should().Throw<ArgumentOutOfRangeException>();
    }
}
