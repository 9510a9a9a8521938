using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Tests.Scheduling;

public class PriceAwareListSchedulerTests
{
    private static readonly SchedulerOptions Quick = new() { ImprovementRounds = 400, BoundIterations = 100 };

    [Fact]
    public void Solve_TinyProblems_AreFeasibleAndBetweenBoundAndOptimum()
    {
        int solved = 0;
        int optimal = 0;
        int feasible = 0;
        for (int seed = 0; seed < 500; seed++)
        {
            SchedulingProblem problem = RandomProblems.Make(seed, jobs: 1 + (seed % 4), slots: 3 + (seed % 5));
            double? optimum = BruteForce.Optimum(problem);
            Schedule? schedule = SolveOrNull(problem);
            feasible += optimum is null ? 0 : 1;
            if (optimum is null)
            {
                schedule.Should().BeNull($"seed {seed} has no feasible schedule");
                continue;
            }

            if (schedule is null)
            {
                continue;
            }

            SlowChecker.Check(schedule);
            schedule.Bound.Value.Should().BeLessThanOrEqualTo(optimum.Value + 1e-7, $"seed {seed}: a bound is a bound");
            schedule.TotalCost.Should().BeGreaterThanOrEqualTo(optimum.Value - 1e-7, $"seed {seed}: no schedule beats the optimum");
            solved++;
            optimal += schedule.TotalCost <= optimum.Value + 1e-7 ? 1 : 0;
        }

        // Not a promise of the method, a guard against its decay.
        feasible.Should().BeGreaterThan(250);
        solved.Should().BeGreaterThanOrEqualTo(feasible * 99 / 100);
        optimal.Should().BeGreaterThanOrEqualTo(feasible * 95 / 100);
    }

    [Fact]
    public void Solve_RandomProblems_AreFeasibleAndNoDearerThanRunNow()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<PositiveInt>(), seed =>
        {
            SchedulingProblem problem = RandomProblems.Make(seed.Get, jobs: 5 + (seed.Get % 40), slots: 10 + (seed.Get % 50), allMayBeRejected: true);
            Schedule schedule = new PriceAwareListScheduler(Quick).Solve(problem);
            SlowChecker.Check(schedule);
            schedule.Bound.Value.Should().BeApproximately(SlowChecker.BoundOf(problem, schedule.Bound.Certificate), 1e-6);
            foreach (RunNowOrder order in Enum.GetValues<RunNowOrder>())
            {
                Schedule now = new RunNowScheduler(order).Solve(problem);
                SlowChecker.Check(now);
                schedule.TotalCost.Should().BeLessThanOrEqualTo(now.TotalCost);
                schedule.RunNowCost.Should().BeLessThanOrEqualTo(now.TotalCost);
                schedule.Bound.Value.Should().BeGreaterThanOrEqualTo(now.Bound.Value);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40).WithReplay(20_260_101UL, 1UL));
    }

    [Fact]
    public void Solve_FractionalNumbers_KeepsBoundBelowCost()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            double[] prices = [.. Enumerable.Range(0, 48).Select(_ => random.NextDouble() * 100)];
            Job[] jobs = [.. Enumerable.Range(0, 40).Select(j => new Job($"j{j}", 1 + random.Next(5), random.NextDouble(), 0, 48, rate: random.NextDouble() * 3))];
            var problem = new SchedulingProblem(RandomProblems.Curve(prices), new ResourcePool("p", 3.3), jobs);

            Schedule schedule = new PriceAwareListScheduler(Quick).Solve(problem);

            SlowChecker.Check(schedule);
            schedule.Gap.Should().BeInRange(0, 0.3);
        }
    }

    [Fact]
    public void Solve_EqualUnits_IsProvenOptimal()
    {
        var random = new Random(3);
        double[] prices = [.. Enumerable.Range(0, 168).Select(_ => random.NextDouble() * 100)];
        IReadOnlyList<Job> units = Job.Repeat("tile", 500, durationSlots: 1, demand: 1, release: 0, deadline: 168);
        var problem = new SchedulingProblem(RandomProblems.Curve(prices), new ResourcePool("workers", 12), units);

        Schedule schedule = new PriceAwareListScheduler().Solve(problem);

        double[] cheapest = [.. prices.Order()];
        double optimum = cheapest.Take(41).Sum() * 12 + (cheapest[41] * 8);
        schedule.TotalCost.Should().BeApproximately(optimum, 1e-6);
        schedule.Gap.Should().BeLessThan(1e-9);
        SlowChecker.Check(schedule);
    }

    [Fact]
    public void Solve_WholeNumbersUpToTenTrillion_IsExact()
    {
        double[] prices = [.. Enumerable.Range(0, 100).Select(t => 1_000_000_007.0 + (t * t % 97))];
        Job[] jobs = [.. Enumerable.Range(0, 20).Select(j => new Job($"j{j:D2}", 10, 1, 0, 100, rate: 503 + j))];
        var problem = new SchedulingProblem(RandomProblems.Curve(prices), new ResourcePool("p", 3), jobs);

        Schedule schedule = new PriceAwareListScheduler(Quick).Solve(problem);

        decimal exact = schedule.Assignments.Sum(a => a.Segments.Sum(s => Enumerable.Range(s.Start, s.Length).Sum(t => (decimal)a.Job.Rate * (decimal)prices[t])));
        ((decimal)schedule.TotalCost).Should().Be(exact);
        schedule.TotalCost.Should().BeGreaterThan(1e14 / 2);
    }

    [Fact]
    public void Solve_JobsInAnyOrder_GivesTheSameSchedule()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            SchedulingProblem problem = RandomProblems.Make(seed, 40, 60, allMayBeRejected: true);
            Job[] shuffled = [.. problem.Jobs];
            new Random(seed).Shuffle(shuffled);

            Schedule one = new PriceAwareListScheduler(Quick).Solve(problem);
            Schedule other = new PriceAwareListScheduler(Quick).Solve(new SchedulingProblem(problem.Prices, problem.Pools, shuffled));

            Text(other).Should().Be(Text(one));
            other.Bound.Value.Should().Be(one.Bound.Value);
        }
    }

    [Fact]
    public void Solve_SameSeedOnManyThreads_GivesTheSameSchedule()
    {
        SchedulingProblem problem = RandomProblems.Make(5, 60, 80, allMayBeRejected: true);
        var scheduler = new PriceAwareListScheduler(Quick);
        string[] texts = new string[8];

        Parallel.For(0, texts.Length, i => texts[i] = Text(scheduler.Solve(problem)));

        texts.Should().AllBe(texts[0]);
    }

    [Fact]
    public void Solve_NegativePrices_RunsEachJobAtMostOnceAndNoLonger()
    {
        var problem = new SchedulingProblem(
            RandomProblems.Curve(5, -10, -10, -10, 5),
            new ResourcePool("p", 1),
            [new Job("a", 2, 1, 0, 5, rate: 2, preemption: new Preemption(2, 1, 0)), new Job("b", 1, 1, 0, 5)]);

        Schedule schedule = new PriceAwareListScheduler().Solve(problem);

        schedule.TotalCost.Should().Be(-50);
        schedule.Gap.Should().Be(0);
        schedule["a"]!.Cost.Should().Be(-40);
    }

    [Fact]
    public void Solve_TightJobs_AreNotLostToCheapSlots()
    {
        // The two cheap slots are all that the tight job can use; the wide jobs come first by id and would like them, too.
        var jobs = new List<Job> { new("z-tight", 2, 1, 4, 6) };
        jobs.AddRange(Job.Repeat("a-wide", 3, 2, 1, 0, 10));
        var problem = new SchedulingProblem(RandomProblems.Curve(9, 9, 9, 9, 1, 1, 9, 9, 9, 9), new ResourcePool("p", 1), jobs);

        Schedule schedule = new PriceAwareListScheduler().Solve(problem);

        schedule["z-tight"]!.Start.Should().Be(4);
        schedule.Rejections.Should().BeEmpty();
        SlowChecker.Check(schedule);
    }

    [Fact]
    public void Solve_TightPacking_FindsThePlaceByEjection()
    {
        // Durations 3 + 3 + 4 fill ten slots exactly; the fixed job in the middle leaves gaps of 4 and 6.
        var problem = new SchedulingProblem(
            RandomProblems.Curve(1, 2, 3, 4, 50, 50, 1, 1, 1, 1, 1),
            new ResourcePool("p", 1),
            [new Job("a3", 3, 1, 0, 11), new Job("b3", 3, 1, 0, 11), new Job("c4", 4, 1, 0, 11), new Job("fixed", 1, 1, 4, 5)]);

        Schedule schedule = new PriceAwareListScheduler().Solve(problem);

        SlowChecker.Check(schedule);
        schedule.TotalCost.Should().Be(BruteForce.Optimum(problem));
    }

    [Fact]
    public void Solve_NotAllMayRun_RejectsTheCheapestToReject()
    {
        var problem = new SchedulingProblem(
            RandomProblems.Curve(10, 10),
            new ResourcePool("p", 1),
            [new Job("low", 2, 1, 0, 2, Priority.Lowest, penalty: 30), new Job("high", 2, 1, 0, 2, Priority.Highest, penalty: 500)]);

        Schedule schedule = new PriceAwareListScheduler().Solve(problem);

        schedule.Rejections.Should().ContainSingle().Which.JobId.Should().Be("low");
        schedule.Rejections[0].Reason.Should().Contain("fits into its window [0, 2) alone");
        schedule.TotalCost.Should().Be(50);
    }

    [Fact]
    public void Solve_NotAllThatMustRunFit_NamesTheJobOfLeastPriority()
    {
        var problem = new SchedulingProblem(
            RandomProblems.Curve(10, 10, 10),
            new ResourcePool("gpus", 1),
            [new Job("first", 2, 1, 0, 2, Priority.Highest), new Job("second", 2, 1, 0, 2, Priority.Lowest)]);

        SchedulingException refused = new PriceAwareListScheduler().Invoking(s => s.Solve(problem)).Should().Throw<SchedulingException>().Which;

        refused.JobId.Should().Be("second");
        refused.Constraint.Should().Be(InfeasibleConstraint.Contention);
        refused.Remedy.Should().Contain("1 more of 'gpus' in slots 0..1");
        refused.Message.Should().Contain("no schedule can hold it").And.Contain("need 4 slot units of 'gpus', 2 are there");
    }

    [Fact]
    public void Solve_DeadlineTooEarly_SaysWhichDeadlineWouldDo()
    {
        var problem = new SchedulingProblem(RandomProblems.Curve(1, 1, 1, 1), new ResourcePool("p", 1), [new Job("late", 3, 1, 1, 3)]);

        SchedulingException refused = new PriceAwareListScheduler().Invoking(s => s.Solve(problem)).Should().Throw<SchedulingException>().Which;

        refused.JobId.Should().Be("late");
        refused.Constraint.Should().Be(InfeasibleConstraint.Deadline);
        refused.Remedy.Should().Contain("a deadline of slot 4 or later");
    }

    [Fact]
    public void Solve_NoJobs_IsAnEmptyOptimalSchedule()
    {
        var problem = new SchedulingProblem(RandomProblems.Curve(1, 2), new ResourcePool("p", 1), []);

        Schedule schedule = new PriceAwareListScheduler().Solve(problem);

        schedule.TotalCost.Should().Be(0);
        schedule.Gap.Should().Be(0);
        schedule.Assignments.Should().BeEmpty();
    }

    [Fact]
    public void Solve_MoreCapacityOrLowerPrices_NeverRaiseTheBoundWithoutCapacities()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            SchedulingProblem problem = RandomProblems.Make(seed, 12, 20, allMayBeRejected: true);
            var cheaper = new SchedulingProblem(RandomProblems.Curve([.. problem.Prices.Prices.ToArray().Select(p => p - 3)]), problem.Pools, problem.Jobs);
            ResourcePool[] larger = [.. problem.Pools.Select(p => new ResourcePool(p.Name, p.Capacity + 5))];
            var roomier = new SchedulingProblem(problem.Prices, larger, problem.Jobs);
            double bound = new RunNowScheduler().Solve(problem).Bound.Value;

            new RunNowScheduler().Solve(cheaper).Bound.Value.Should().BeLessThanOrEqualTo(bound);
            new RunNowScheduler().Solve(roomier).Bound.Value.Should().BeLessThanOrEqualTo(bound);
        }
    }

    [Fact]
    public void Solve_Cancelled_StopsPromptly()
    {
        SchedulingProblem problem = RandomProblems.Make(1, 2_000, 672, allMayBeRejected: true);
        using var source = new CancellationTokenSource();
        source.Cancel();
        var scheduler = new PriceAwareListScheduler(new SchedulerOptions { ImprovementRounds = 1_000_000_000 });

        scheduler.Invoking(s => s.Solve(problem, source.Token)).Should().Throw<OperationCanceledException>();

        using var later = new CancellationTokenSource(TimeSpan.FromMilliseconds(150));
        long started = Stopwatch.GetTimestamp();
        scheduler.Invoking(s => s.Solve(problem, later.Token)).Should().Throw<OperationCanceledException>();
        Stopwatch.GetElapsedTime(started).Should().BeLessThan(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Solve_TimeBudget_StopsTheSearchWithAFeasibleSchedule()
    {
        SchedulingProblem problem = RandomProblems.Make(1, 500, 168, allMayBeRejected: true);
        var clock = new SteppingClock();

        Schedule schedule = new PriceAwareListScheduler(
            new SchedulerOptions { TimeBudget = TimeSpan.FromMilliseconds(50), ImprovementRounds = 1_000_000_000 }, clock).Solve(problem);

        SlowChecker.Check(schedule);
    }

    [Fact]
    public void Constructor_OptionsOutOfRange_NamesTheOption()
    {
        Action act = () => _ = new PriceAwareListScheduler(new SchedulerOptions { ImprovementRounds = -1, TimeBudget = TimeSpan.Zero });

        act.Should().Throw<Microsoft.Extensions.Options.OptionsValidationException>().WithMessage("*ImprovementRounds*").WithMessage("*TimeBudget*null for no limit*");
    }

    internal static Schedule? SolveOrNull(SchedulingProblem problem)
    {
        try
        {
            return new PriceAwareListScheduler(Quick).Solve(problem);
        }
        catch (SchedulingException refused)
        {
            refused.JobId.Should().NotBeNull();
            refused.Constraint.Should().NotBeNull();
            refused.Remedy.Should().NotBeNullOrWhiteSpace();
            refused.Message.Should().Contain(refused.JobId).And.Contain(refused.Remedy);
            return null;
        }
    }

    private static string Text(Schedule schedule) =>
        string.Join("; ", schedule.Assignments.OrderBy(a => a.JobId, StringComparer.Ordinal).Select(a => $"{a.JobId} {string.Join(' ', a.Segments)}"));

    private sealed class SteppingClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += TimeSpan.TicksPerMillisecond;
    }
}
