using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Tests.Scheduling;

/// <summary>Stopping, progress, threads and baselines.</summary>
public class AnytimeTests
{
    [Theory]
    [InlineData(60)]
    [InlineData(1_200)]
    public void Solve_OneThreadOrTwo_GivesTheSameSchedule(int jobs)
    {
        SchedulingProblem problem = RandomProblems.Make(11, jobs, 96, allMayBeRejected: true);

        Schedule one = Solve(problem, 1);
        Schedule two = Solve(problem, 2);

        two.TotalCost.Should().Be(one.TotalCost);
        two.Bound.Value.Should().Be(one.Bound.Value);
        two.Assignments.Select(a => (a.JobId, a.Start, a.End)).Should().Equal(one.Assignments.Select(a => (a.JobId, a.Start, a.End)));
        SlowChecker.Check(two);
    }

    [Fact]
    public void Solve_CancelledAndAskedToKeep_ReturnsTheBestSoFar()
    {
        SchedulingProblem problem = RandomProblems.Make(12, 300, 96, allMayBeRejected: true);
        using var source = new CancellationTokenSource();
        double promised = double.NaN;
        var progress = new Receiver(step =>
        {
            if (step.Phase == SchedulerPhase.Search && !source.IsCancellationRequested)
            {
                promised = step.BestCost;
                source.Cancel();
            }
        });
        var scheduler = new PriceAwareListScheduler(new SchedulerOptions { ImprovementRounds = 1_000_000_000, KeepBestOnCancellation = true });

        Schedule schedule = scheduler.Solve(problem, progress, source.Token);

        SlowChecker.Check(schedule);
        schedule.TotalCost.Should().BeLessThanOrEqualTo(promised);
        promised.Should().NotBe(double.NaN);
    }

    [Fact]
    public void Solve_Progress_NeverLosesGround()
    {
        SchedulingProblem problem = RandomProblems.Make(13, 200, 96, allMayBeRejected: true);
        var steps = new List<SchedulerProgress>();

        Schedule schedule = new PriceAwareListScheduler().Solve(problem, new Receiver(steps.Add));

        steps.Select(step => step.BestCost).Should().BeInDescendingOrder();
        steps.Select(step => step.Bound).Should().BeInAscendingOrder();
        steps[0].Phase.Should().Be(SchedulerPhase.Baseline);
        steps.Should().OnlyContain(step => step.Bound <= step.BestCost);
        schedule.TotalCost.Should().BeApproximately(steps[^1].BestCost, 1e-6);
    }

    [Fact]
    public void Solve_AnyProblem_IsNoDearerThanTheBaselines()
    {
        for (int seed = 0; seed < 25; seed++)
        {
            SchedulingProblem problem = RandomProblems.Make(seed, 10 + seed, 40, allMayBeRejected: true);
            double cost = Solve(problem, 1).TotalCost;
            foreach (CheapestWindowOrder order in Enum.GetValues<CheapestWindowOrder>())
            {
                Schedule baseline = new CheapestWindowScheduler(order).Solve(problem);
                SlowChecker.Check(baseline);
                cost.Should().BeLessThanOrEqualTo(baseline.TotalCost, $"seed {seed}");
            }
        }
    }

    [Fact]
    public void Solve_MoreRoomOrTwoPools_NeverLiftsTheBoundAboveTheCost()
    {
        // What costs c with less capacity costs c with more: a valid bound of the roomier problem stays below the tighter one's cost.
        for (int seed = 0; seed < 40; seed++)
        {
            SchedulingProblem problem = RandomProblems.Make(seed, 25, 30, allMayBeRejected: true);
            ResourcePool[] larger = [.. problem.Pools.Select(p => new ResourcePool(
                p.Name, [.. Enumerable.Range(0, problem.SlotCount).Select(t => p.CapacityAt(t) + 2)]))];
            Schedule tight = Solve(problem, 1);
            Schedule roomy = Solve(new SchedulingProblem(problem.Prices, larger, problem.Jobs), 1);

            roomy.Bound.Value.Should().BeLessThanOrEqualTo(tight.TotalCost + 1e-9, $"seed {seed}");
        }
    }

    [Fact]
    public void UpwardRank_ChainOfWork_GoesFirst()
    {
        var problem = new SchedulingProblem(
            RandomProblems.Curve(1, 1, 1, 1, 1, 1),
            new ResourcePool("p", 1),
            [new Job("alone", 2, 1, 0, 6), new Job("head", 1, 1, 0, 6), new Job("tail", 3, 1, 0, 6, predecessors: ["head"])]);

        Schedule schedule = new RunNowScheduler(RunNowOrder.UpwardRank).Solve(problem);

        schedule["head"]!.Start.Should().Be(0);
        schedule["tail"]!.Start.Should().Be(1);
        schedule["alone"]!.Start.Should().Be(4);
        schedule.SchedulerName.Should().Be("run-now (upward rank)");
    }

    private static Schedule Solve(SchedulingProblem problem, int threads) =>
        new PriceAwareListScheduler(new SchedulerOptions { ImprovementRounds = 6_000, BoundIterations = 60, MaxDegreeOfParallelism = threads }).Solve(problem);

    private sealed class Receiver(Action<SchedulerProgress> receive) : IProgress<SchedulerProgress>
    {
        public void Report(SchedulerProgress value) => receive(value);
    }
}
