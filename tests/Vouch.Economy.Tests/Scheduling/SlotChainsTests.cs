using Vouch.Economy.Scheduling;
using Vouch.Economy.Scheduling.Solver;

namespace Vouch.Economy.Tests.Scheduling;

/// <summary>Handing slots on: the least cost that the runs of the others leave to each class.</summary>
public class SlotChainsTests
{
    [Fact]
    public void Improve_NeedsAChain_TakesTheCheapestFreeSlot()
    {
        // "wide" holds the only cheap slots that "early" may use; slot 3 is cheap too and free, but not for "early".
        double[] prices = [9, 1, 2, 3];
        var problem = new SchedulingProblem(
            RandomProblems.Curve(prices),
            new ResourcePool("p", 1),
            [
                new Job("early", 1, 1, 0, 2, penalty: 1_000),
                new Job("early, too", 2, 1, 0, 3, penalty: 1_000, preemption: new Preemption(2)),
                new Job("wide", 2, 1, 1, 4, penalty: 1_000, preemption: new Preemption(2)),
            ]);
        SolverModel model = problem.Model;
        var plan = new SlotPlan(model, new RunLayout(model));
        plan.Place(1, [0, 2], [], 11);
        plan.Place(2, [1, 3], [], 4);

        new SlotChains(model, new JobClasses(model)).Improve(plan, long.MaxValue, static () => true);

        // Nothing is free below slot 0's price but slot 0 itself.
        Outcome.Cost(model, plan).Should().Be(1_015);
        plan.Remove(1);
        plan.Place(1, [0, 2], [], 11);
        plan.Remove(2);
        new SlotChains(model, new JobClasses(model)).Improve(plan, long.MaxValue, static () => true);
        plan.Slots(1).ToArray().Should().Equal(1, 2);
    }

    [Fact]
    public void Improve_EqualJobs_ReachesTheOptimumOfTheTransport()
    {
        var random = new Random(4);
        for (int round = 0; round < 40; round++)
        {
            int slots = 10;
            double[] prices = [.. Enumerable.Range(0, slots).Select(_ => (double)random.Next(1, 100))];
            Job[] jobs = [.. Enumerable.Range(0, 5).Select(j =>
            {
                int release = random.Next(6);
                int duration = 2 + random.Next(2);
                return new Job($"j{j}", duration, 1, release, Math.Min(slots, release + duration + random.Next(5)), penalty: 10_000, preemption: new Preemption(duration));
            })];
            var problem = new SchedulingProblem(RandomProblems.Curve(prices), new ResourcePool("p", 2), jobs);
            SolverModel model = problem.Model;
            var search = new RunSearch(model, new RunLayout(model));
            var plan = new SlotPlan(model, new RunLayout(model));
            for (int j = 0; j < jobs.Length; j++)
            {
                if (search.FindEarliest(plan, j, plan.Earliest(j), plan.Latest(j)))
                {
                    plan.Place(j, search.Slots, [], search.Cost);
                }
            }

            // Who found no place has none in the comparison either.
            var placed = new SchedulingProblem(problem.Prices, problem.Pools, Enumerable.Range(0, jobs.Length).Where(plan.IsPlaced).Select(j => model.Jobs[j]));
            double missing = 10_000.0 * Enumerable.Range(0, jobs.Length).Count(j => !plan.IsPlaced(j));

            new SlotChains(model, new JobClasses(model)).Improve(plan, long.MaxValue, static () => true);

            problem.FindViolations(Outcome.Placements(model, plan)).Should().BeEmpty();
            Outcome.Cost(model, plan).Should().Be(missing + BruteForce.Optimum(placed)!.Value, $"round {round}");
        }
    }

    [Fact]
    public void Improve_AnyPlan_StaysFeasibleAndCostsNoMore()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            SchedulingProblem problem = RandomProblems.Make(seed, 40, 60, allMayBeRejected: true);
            SolverModel model = problem.Model;
            var plan = new SlotPlan(model, new RunLayout(model));
            RunNow.Build(plan, new RunSearch(model, new RunLayout(model)), RunNowOrder.Arrival, CancellationToken.None);
            double before = Outcome.Cost(model, plan)!.Value;

            new SlotChains(model, new JobClasses(model)).Improve(plan, long.MaxValue, static () => true);

            Outcome.Cost(model, plan).Should().BeLessThanOrEqualTo(before, $"seed {seed}");
            problem.FindViolations(Outcome.Placements(model, plan)).Should().BeEmpty($"seed {seed}");
        }
    }
}
