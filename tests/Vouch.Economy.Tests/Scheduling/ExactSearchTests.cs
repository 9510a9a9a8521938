using Vouch.Economy.Scheduling;
using Vouch.Economy.Scheduling.Solver;

namespace Vouch.Economy.Tests.Scheduling;

/// <summary>Branch and bound: the optimum, proven, wherever it comes to an end.</summary>
public class ExactSearchTests
{
    [Fact]
    public void Run_TinyProblems_EndsAtTheOptimum()
    {
        for (int seed = 0; seed < 120; seed++)
        {
            SchedulingProblem problem = RandomProblems.Make(seed, 4, 8, allMayBeRejected: true);
            double optimum = BruteForce.Optimum(problem)!.Value;

            (ExactSearch search, SlotPlan empty) = Begin(problem);
            search.Run(100_000, static () => true);

            search.IsProven.Should().BeTrue($"seed {seed}");
            search.UpperBound.Should().BeApproximately(optimum, 1e-6, $"seed {seed}");
            if (search.FoundBetter)
            {
                search.Fill(empty);
                Outcome.Cost(problem.Model, empty).Should().BeApproximately(optimum, 1e-6, $"seed {seed}");
                problem.FindViolations(Outcome.Placements(problem.Model, empty)).Should().BeEmpty($"seed {seed}");
            }
        }
    }

    [Fact]
    public void Repair_Problems_NeverLosesAndStaysFeasible()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            SchedulingProblem problem = RandomProblems.Make(seed, 16, 40, allMayBeRejected: true);

            (ExactSearch search, SlotPlan empty) = Begin(problem);
            double before = search.UpperBound;
            search.Repair(400, new SplitMix(3), static () => true);

            search.UpperBound.Should().BeLessThanOrEqualTo(before);
            search.Fill(empty);
            problem.FindViolations(Outcome.Placements(problem.Model, empty)).Should().BeEmpty($"seed {seed}");
            Outcome.Cost(problem.Model, empty).Should().BeApproximately(search.UpperBound, 1e-6, $"seed {seed}");
        }
    }

    [Fact]
    public void Run_InPortions_ComesToTheSameEndAsAtOnce()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            SchedulingProblem problem = RandomProblems.Make(seed, 6, 12, allMayBeRejected: true);
            (ExactSearch whole, _) = Begin(problem);
            (ExactSearch portions, _) = Begin(problem);

            whole.Run(100_000, static () => true);
            for (int i = 0; i < 100_000 && !portions.IsProven; i++)
            {
                portions.Run(1, static () => true);
            }

            portions.IsProven.Should().BeTrue($"seed {seed}");
            (portions.UpperBound, portions.Nodes).Should().Be((whole.UpperBound, whole.Nodes), $"seed {seed}");
        }
    }

    [Fact]
    public void Lanes_HoweverManyThreads_DoTheSameAndNeverLose()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            SchedulingProblem problem = RandomProblems.Make(seed, 16, 40, allMayBeRejected: true);
            ExactLanes[] lanes = [.. new[] { 1, 2 }.Select(threads => new ExactLanes(() => Begin(problem).Search, 7, threads))];
            double before = lanes[0].Best.UpperBound;

            Array.ForEach(lanes, static both => both.Run(300, static () => true));

            lanes[0].Best.UpperBound.Should().BeLessThanOrEqualTo(before);
            (lanes[1].Best.UpperBound, lanes[1].Best.IsProven).Should().Be((lanes[0].Best.UpperBound, lanes[0].Best.IsProven), $"seed {seed}");
            (_, SlotPlan empty) = Begin(problem);
            lanes[1].Best.Fill(empty);
            problem.FindViolations(Outcome.Placements(problem.Model, empty)).Should().BeEmpty($"seed {seed}");
        }
    }

    [Fact]
    public void Run_StoppedEarly_ProvesNothing()
    {
        SchedulingProblem problem = RandomProblems.Make(5, 30, 60, allMayBeRejected: true);

        (ExactSearch search, _) = Begin(problem);
        search.Run(2, static () => true);

        search.IsProven.Should().BeFalse();
    }

    [Fact]
    public void Solve_FewJobs_SaysThatTheScheduleIsOptimal()
    {
        int gaps = 0;
        for (int seed = 0; seed < 30; seed++)
        {
            SchedulingProblem problem = RandomProblems.Make(seed, 5, 8, allMayBeRejected: true);

            Schedule schedule = new PriceAwareListScheduler().Solve(problem);

            schedule.IsProvenOptimal.Should().BeTrue($"seed {seed}");
            schedule.TotalCost.Should().BeApproximately(BruteForce.Optimum(problem)!.Value, 1e-6, $"seed {seed}");
            if (schedule.AbsoluteGap > 0)
            {
                gaps++;
                schedule.Evidence.Reasons.Should().Contain(static reason => reason.Contains("branch and bound"));
            }
        }

        gaps.Should().BePositive("relaxations leave gaps that only a search closes");
    }

    /// <summary>A search below the plan that runs nothing.</summary>
    private static (ExactSearch Search, SlotPlan Empty) Begin(SchedulingProblem problem)
    {
        SolverModel model = problem.Model;
        var classes = new JobClasses(model);
        double[] penalty = Surrogate.Penalties(model);
        var duals = new DualAscent(model, classes, penalty, cuts: true, CancellationToken.None);
        duals.Run(penalty.Sum(), 40);
        var empty = new SlotPlan(model, new RunLayout(model));
        return (new ExactSearch(model, classes, penalty, duals.Function.Rows, duals.Best, empty, penalty.Sum()), empty);
    }
}
