using Vouch.Economy.Scheduling;
using Vouch.Economy.Scheduling.Solver;

namespace Vouch.Economy.Tests.Scheduling;

/// <summary>Rounding cuts: never cut off a feasible set of jobs, and see what the capacity alone does not.</summary>
public class CapacityCutsTests
{
    [Fact]
    public void Rows_RandomDemands_HoldForEverySetThatFits()
    {
        var random = new Random(4);
        for (int round = 0; round < 60; round++)
        {
            int capacity = 5 + random.Next(60);
            int[] demands = [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => 1 + random.Next(capacity)).Distinct()];
            SchedulingProblem problem = Problem(capacity, demands);

            IReadOnlyList<CapacityRow> rows = CapacityCuts.Candidates(problem.Model, new JobClasses(problem.Model), 0);

            foreach (int[] counts in Counts(demands, capacity))
            {
                foreach (CapacityRow row in rows)
                {
                    double weight = counts.Select((count, d) => count * row.Weight[ClassOf(problem, demands[d])][0]).Sum();
                    weight.Should().BeLessThanOrEqualTo(row.Room[0], $"round {round}, q {row.Quotient}");
                }
            }
        }
    }

    [Fact]
    public void Solve_JobsJustOverAThird_AreProvenToRunTwoAtATime()
    {
        // Six jobs of 34 of 100 in two cheap slots and four dear ones: by area five fit into the cheap slots, by count only four.
        Job[] jobs = [.. Enumerable.Range(0, 6).Select(j => new Job($"j{j}", 1, 34, 0, 6, penalty: 1_000_000))];
        var problem = new SchedulingProblem(RandomProblems.Curve(1, 1, 50, 50, 50, 50), new ResourcePool("p", 100), jobs);

        Schedule schedule = new PriceAwareListScheduler().Solve(problem);

        schedule.TotalCost.Should().Be(104);
        schedule.Bound.Value.Should().Be(104);
        schedule.Bound.Certificate!.Cuts.Should().NotBeEmpty();
        SlowChecker.BoundOf(problem, schedule.Bound.Certificate).Should().Be(104);
    }

    [Fact]
    public void RoundingCut_BadValues_AreRefused()
    {
        Action negative = () => _ = new RoundingCut(0, 1, [1, -1]);
        Action quotient = () => _ = new RoundingCut(0, 0, [1]);
        Action resource = () => _ = new DualPrices([[1, 2]], [new RoundingCut(1, 2, [1, 2])]);
        Action slots = () => _ = new DualPrices([[1, 2]], [new RoundingCut(0, 2, [1])]);

        negative.Should().Throw<ArgumentException>();
        quotient.Should().Throw<ArgumentException>();
        resource.Should().Throw<ArgumentException>();
        slots.Should().Throw<ArgumentException>();
    }

    private static SchedulingProblem Problem(int capacity, int[] demands) => new(
        RandomProblems.Curve(1, 2, 3),
        new ResourcePool("p", capacity),
        demands.Select(d => new Job($"d{d}", 1, d, 0, 3, penalty: 10)));

    private static int ClassOf(SchedulingProblem problem, int demand)
    {
        var classes = new JobClasses(problem.Model);
        return classes.Of[Array.FindIndex(problem.Model.Demand, value => value == demand)];
    }

    private static IEnumerable<int[]> Counts(int[] demands, int capacity)
    {
        if (demands.Length == 0)
        {
            yield return [];
            yield break;
        }

        for (int count = 0; count * demands[0] <= capacity; count++)
        {
            foreach (int[] rest in Counts(demands[1..], capacity - (count * demands[0])))
            {
                yield return [count, .. rest];
            }
        }
    }
}
