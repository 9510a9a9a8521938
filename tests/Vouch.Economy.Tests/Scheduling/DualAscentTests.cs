using Vouch.Economy.Scheduling;
using Vouch.Economy.Scheduling.Solver;

namespace Vouch.Economy.Tests.Scheduling;

/// <summary>The bound solved to the end: below every optimum, at the relaxation's optimum where that is known, and it moves the right way with capacity and prices.</summary>
public class DualAscentTests
{
    private const double Converged = 2e-3;

    [Fact]
    public void Run_TinyProblems_StaysBelowTheOptimumAndAboveTheBoundWithoutCapacities()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            SchedulingProblem problem = RandomProblems.Make(seed, 4, 8, allMayBeRejected: true);
            double optimum = BruteForce.Optimum(problem)!.Value;

            DualAscent duals = Solve(problem);

            duals.BestValue.Should().BeLessThanOrEqualTo(optimum + 1e-6, $"seed {seed}");
            duals.BestValue.Should().BeGreaterThanOrEqualTo(new RunNowScheduler().Solve(problem).Bound.Value, $"seed {seed}");
        }
    }

    [Fact]
    public void Run_OneSlotJobs_ReachesTheOptimum()
    {
        // Equal jobs of one slot are a transport problem: its relaxation has whole solutions, so the bound is the optimum, here by sorting.
        var random = new Random(8);
        for (int round = 0; round < 20; round++)
        {
            double[] prices = [.. Enumerable.Range(0, 12).Select(_ => (double)random.Next(1, 100))];
            int jobs = 3 + random.Next(30);
            var problem = new SchedulingProblem(
                RandomProblems.Curve(prices),
                new ResourcePool("p", 3),
                Enumerable.Range(0, jobs).Select(j => new Job($"j{j}", 1, 1, 0, 12, penalty: 1_000)));
            double optimum = prices.SelectMany(price => new[] { price, price, price }).Order().Take(jobs).Sum();

            Solve(problem).BestValue.Should().BeApproximately(optimum, 1e-4 * optimum);
        }
    }

    [Fact]
    public void Run_MoreRoomOrLowerPrices_NeverRaisesTheBound()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            SchedulingProblem problem = RandomProblems.Make(seed, 15, 24, allMayBeRejected: true, negativePrices: false);
            ResourcePool[] larger = [.. problem.Pools.Select(p => new ResourcePool(
                p.Name, [.. Enumerable.Range(0, problem.SlotCount).Select(t => p.CapacityAt(t) + (t % 3))]))];
            double[] lower = [.. Enumerable.Range(0, problem.SlotCount).Select(t => Math.Max(0, problem.Prices[t] - (t % 5)))];
            double bound = Solve(problem, cuts: false).BestValue;
            double tolerance = Converged * Math.Max(1, Math.Abs(bound));

            Solve(new SchedulingProblem(problem.Prices, larger, problem.Jobs), cuts: false).BestValue.Should().BeLessThanOrEqualTo(bound + tolerance, $"seed {seed}");
            Solve(new SchedulingProblem(RandomProblems.Curve(lower), problem.Pools, problem.Jobs), cuts: false).BestValue
                .Should().BeLessThanOrEqualTo(bound + tolerance, $"seed {seed}");
        }
    }

    [Fact]
    public void Solve_PreemptibleInOnePieceAtMost_CertifiesByTheRuleOfTheChecker()
    {
        // The rule lets every preemptible job use any slots of its window, also one that may have no second piece.
        Job[] jobs = [.. Enumerable.Range(0, 4).Select(j => new Job($"j{j}", 2, 1, 0, 5, penalty: 1_000, preemption: new Preemption(1)))];
        var problem = new SchedulingProblem(RandomProblems.Curve(1, 9, 1, 9, 1), new ResourcePool("p", 2), jobs);

        Schedule schedule = new PriceAwareListScheduler().Solve(problem);

        schedule.Bound.Value.Should().Be(SlowChecker.BoundOf(problem, schedule.Bound.Certificate));
        SlowChecker.Check(schedule);
    }

    private static DualAscent Solve(SchedulingProblem problem, bool cuts = true)
    {
        SolverModel model = problem.Model;
        var duals = new DualAscent(model, new JobClasses(model), Surrogate.Penalties(model), cuts, CancellationToken.None);
        duals.Run(double.PositiveInfinity, 1_500);
        return duals;
    }
}
