using Vouch.Economy.Scheduling;
using Vouch.Economy.Scheduling.Solver;

namespace Vouch.Economy.Tests.Scheduling;

/// <summary>A few jobs put back together cost what the best of all ways costs.</summary>
public class JointInsertionTests
{
    [Fact]
    public void Place_AllJobsOfTinyProblems_FindsTheOptimum()
    {
        var random = new Random(9);
        for (int round = 0; round < 60; round++)
        {
            SchedulingProblem problem = Problem(random);
            SolverModel model = problem.Model;
            var layout = new RunLayout(model);
            var plan = new SlotPlan(model, layout);
            int[] jobs = [.. Enumerable.Range(0, model.JobCount)];

            double cost = new JointInsertion(model, new RunSearch(model, layout), Surrogate.Penalties(model)).Place(plan, jobs, double.PositiveInfinity);

            cost.Should().BeApproximately(BruteForce.Optimum(problem)!.Value, 1e-9);
            jobs.Sum(j => plan.IsPlaced(j) ? plan.Cost(j) : model.Penalty[j]).Should().BeApproximately(cost, 1e-9);
        }
    }

    [Fact]
    public void Place_NothingBelowTheLimit_LeavesThePlanAlone()
    {
        SchedulingProblem problem = Problem(new Random(10));
        SolverModel model = problem.Model;
        var layout = new RunLayout(model);
        var plan = new SlotPlan(model, layout);

        double cost = new JointInsertion(model, new RunSearch(model, layout), Surrogate.Penalties(model))
            .Place(plan, [0, 1], double.NegativeInfinity);

        cost.Should().Be(double.PositiveInfinity);
        Enumerable.Range(0, model.JobCount).Should().OnlyContain(j => !plan.IsPlaced(j));
        plan.Free[0].Take(problem.SlotCount).Should().OnlyContain(free => free == 3);
    }

    private static SchedulingProblem Problem(Random random) => new(
        RandomProblems.Curve([.. Enumerable.Range(0, 8).Select(_ => (double)random.Next(0, 50))]),
        new ResourcePool("p", 3),
        Enumerable.Range(0, 4).Select(j =>
        {
            int duration = 1 + random.Next(3);
            int release = random.Next(4);
            return new Job($"j{j}", duration, 1 + random.Next(3), release, Math.Min(8, release + duration + random.Next(5)), rate: 1 + random.Next(3), penalty: random.Next(20, 600));
        }));
}
