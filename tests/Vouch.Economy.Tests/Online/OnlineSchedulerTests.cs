using Microsoft.Extensions.Options;
using Vouch.Core.Models;
using Vouch.Economy.Online;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Tests.Online;

public sealed class OnlineSchedulerTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Run_CapacityAboveTheFloor_NoPromisedDeadlineIsMissedAndNoRuleBroken()
    {
        int promised = 0;
        int unpromised = 0;
        int stopped = 0;
        for (int seed = 0; seed < 25; seed++)
        {
            var random = new Random(seed);
            const int Slots = 120;
            double[] prices = [.. Enumerable.Range(0, Slots).Select(_ => (double)random.Next(-20, 200))];
            var curve = new PriceCurve(Start, TimeSpan.FromHours(1), prices);
            OnlinePool[] pools = [new("cores", 40, floor: 15), new("memory", 60, floor: 25)];
            var scheduler = new OnlineScheduler(curve, pools);
            var jobs = new List<Job>();
            for (int slot = 0; slot < Slots; slot++)
            {
                while (slot < 90 && random.Next(2) == 0)
                {
                    Job job = RandomJob(random, jobs, slot);
                    jobs.Add(job);
                    scheduler.Submit(job, $"tenant {random.Next(3)}");
                }

                if (random.Next(10) == 0)
                {
                    scheduler.UpdatePrices(slot, [.. Enumerable.Range(0, Math.Min(24, Slots - slot)).Select(_ => (double)random.Next(-20, 200))]);
                }

                double[] capacities = [random.Next(15, 41), random.Next(25, 61)];
                Replan replan = scheduler.BeginSlot(capacities);
                stopped += replan.Decisions.Count(decision => decision.Kind is DecisionKind.Paused or DecisionKind.Aborted);
                if (random.Next(8) == 0)
                {
                    capacities[0] = random.Next(15, (int)capacities[0] + 1);
                    scheduler.ChangeCapacity("cores", capacities[0]);
                }

                OnlineJobStatus[] running = [.. scheduler.Jobs().Where(job => job.State == OnlineJobState.Running)];
                running.Sum(job => job.Job.Demands[0]).Should().BeLessThanOrEqualTo(capacities[0], $"seed {seed}, slot {slot}");
                running.Sum(job => job.Job.Demands[1]).Should().BeLessThanOrEqualTo(capacities[1], $"seed {seed}, slot {slot}");
            }

            scheduler.Complete();
            IReadOnlyList<OnlineJobStatus> done = scheduler.Jobs();
            foreach (OnlineJobStatus job in done.Where(job => job.IsGuaranteed || job.State == OnlineJobState.Rejected))
            {
                job.IsGuaranteed.Should().BeFalse($"seed {seed}: reservations end with their jobs");
            }

            promised += Promised.Count(done, seed);
            unpromised += done.Count(job => job.State == OnlineJobState.Rejected);
            var roomy = new SchedulingProblem(curve, pools.Select(pool => new ResourcePool(pool.Name, pool.ExpectedCapacity)).ToArray(), jobs);
            roomy.FindViolations(done.Where(job => job.State == OnlineJobState.Finished).ToDictionary(job => job.Job.Id, job => job.Kept))
                .Should().BeEmpty($"seed {seed}");
        }

        promised.Should().BeGreaterThan(200);
        unpromised.Should().BeGreaterThan(0, "the pools are too small for all");
        stopped.Should().BeGreaterThan(100);
    }

    [Fact]
    public void Submit_CheapNight_WaitsForItAndSaysWhy()
    {
        var scheduler = new OnlineScheduler(Night(), [new OnlinePool("workers", 4)], Steady());

        Replan replan = scheduler.Submit(new Job("frame", 2, 1, 0, 24));

        Decision decision = replan.Decisions.Should().ContainSingle().Which;
        (decision.Kind, decision.To).Should().Be((DecisionKind.Planned, new Segment(3, 2)));
        decision.Explain().Should().Be("frame planned to 03:00-05:00: least cost at the risk of waiting, deadline slack 19 h");
    }

    [Fact]
    public void UpdatePrices_CheaperWindowAppears_MovesAndSaysWhatItSaves()
    {
        var scheduler = new OnlineScheduler(Night(), [new OnlinePool("workers", 4)], Steady());
        scheduler.Submit(new Job("frame", 2, 1, 0, 24));

        Replan replan = scheduler.UpdatePrices(12, [5, 5]);

        Decision decision = replan.Decisions.Should().ContainSingle().Which;
        (decision.Kind, decision.From, decision.To).Should().Be((DecisionKind.Moved, new Segment(3, 2), new Segment(12, 2)));
        decision.Explain().Should().Be("frame moved to 12:00-14:00: saves 50 %, cheaper, the risk counted, deadline slack 10 h");
    }

    [Fact]
    public void UpdatePrices_SavingBelowTheThreshold_LeavesThePlanAlone()
    {
        var scheduler = new OnlineScheduler(Night(), [new OnlinePool("workers", 4)], Steady());
        scheduler.Submit(new Job("frame", 2, 1, 0, 24));

        scheduler.UpdatePrices(12, [9.95, 9.95]).Decisions.Should().BeEmpty();
    }

    [Fact]
    public void BeginSlot_RunningJobAndASpike_PausesOnlyWhereItPays()
    {
        // Four slots of work at 10; from slot 2 on the price is 100, from slot 12 on 10 again.
        double[] prices = [.. Enumerable.Range(0, 24).Select(slot => slot is >= 2 and < 12 ? 100.0 : 10.0)];
        foreach ((bool preemptible, int end) in new[] { (true, 14), (false, 4) })
        {
            var scheduler = new OnlineScheduler(Flat(10), [new OnlinePool("workers", 1)], Steady());
            scheduler.Submit(new Job("job", 4, 1, 0, 24, preemption: preemptible ? new Preemption(4) : null));
            scheduler.BeginSlot(1);
            scheduler.BeginSlot(1);
            scheduler.UpdatePrices(2, prices[2..]);
            for (int slot = 2; slot < 24; slot++)
            {
                scheduler.BeginSlot(1);
            }

            scheduler.StatusOf("job")!.State.Should().Be(OnlineJobState.Finished);
            scheduler.StatusOf("job")!.Kept[^1].End.Should().Be(end);
        }
    }

    [Fact]
    public void BeginSlot_CapacityFalls_TheSmallerLossStops()
    {
        var scheduler = new OnlineScheduler(Flat(10), [new OnlinePool("workers", 4)], Steady());
        scheduler.Submit(new Job("restart", 6, 2, 0, 24, penalty: 10_000));
        scheduler.Submit(new Job("resume", 6, 2, 0, 24, penalty: 10_000, preemption: new Preemption(4)));
        scheduler.BeginSlot(4);
        scheduler.BeginSlot(4);
        scheduler.BeginSlot(4);

        Replan replan = scheduler.BeginSlot(2);

        replan.Decisions[0].Should().Match<Decision>(decision => decision.Kind == DecisionKind.Paused && decision.Job.Id == "resume");
        scheduler.StatusOf("resume")!.Kept.Should().Equal(new Segment(0, 3));
        scheduler.StatusOf("restart")!.State.Should().Be(OnlineJobState.Running);
    }

    [Fact]
    public void FailWorker_WorkThatCannotResume_IsLostAndPlannedAgain()
    {
        var scheduler = new OnlineScheduler(Flat(10), [new OnlinePool("workers", 4)], Steady());
        scheduler.Submit(new Job("job", 3, 1, 0, 24));
        scheduler.BeginSlot(4);
        scheduler.BeginSlot(4);

        Replan replan = scheduler.FailWorker("job");

        replan.Decisions.Select(decision => decision.Kind).Should().Equal(DecisionKind.Aborted, DecisionKind.Planned);
        OnlineJobStatus status = scheduler.StatusOf("job")!;
        status.Lost.Should().Equal(new Segment(0, 1));
        status.Planned.Should().Be(new Segment(2, 3));
    }

    [Fact]
    public void BeginSlot_WorkThatCanWaitNoLonger_RunsOnTheFloor()
    {
        // Everything but the floor is gone when the promised job must start; the one without a promise stops for it.
        var scheduler = new OnlineScheduler(Night(), [new OnlinePool("workers", 4, floor: 2)], Steady());
        Replan planned = scheduler.Submit(new Job("promised", 2, 2, 0, 6, rate: 1, penalty: 1_000));
        scheduler.Submit(new Job("other", 10, 2, 0, 24, penalty: 1_000_000));
        planned.Decisions.Single().IsGuaranteed.Should().BeTrue();
        double[] capacities = [2, 2, 2, 2, 2, 2];

        foreach (double capacity in capacities)
        {
            scheduler.BeginSlot(capacity);
        }

        scheduler.BeginSlot(2);
        scheduler.StatusOf("promised")!.State.Should().Be(OnlineJobState.Finished);
    }

    [Fact]
    public void BeginSlot_TenantsCompete_TheSmallerDominantShareStartsFirst()
    {
        var scheduler = new OnlineScheduler(Flat(10), [new OnlinePool("workers", 6)], Steady());
        scheduler.Submit(new Job("a0", 20, 4, 0, 24, penalty: 1_000), "rich");
        scheduler.BeginSlot(6);
        scheduler.Submit(new Job("a1", 2, 2, 1, 24, penalty: 1_000), "rich");
        scheduler.Submit(new Job("b1", 2, 2, 1, 24, penalty: 1_000), "poor");

        scheduler.BeginSlot(6);

        scheduler.StatusOf("a0")!.State.Should().Be(OnlineJobState.Running);
        scheduler.Jobs().Count(job => job.State == OnlineJobState.Running).Should().Be(2);
    }

    [Fact]
    public void Submit_PredecessorsAndRejection_FollowEachOther()
    {
        var scheduler = new OnlineScheduler(Flat(10), [new OnlinePool("workers", 4)], Steady());
        scheduler.Submit(new Job("first", 3, 1, 0, 24));
        scheduler.Submit(new Job("second", 2, 1, 0, 24, predecessors: ["first"]));
        scheduler.Submit(new Job("never", 30, 1, 0, 24, penalty: 5)).Decisions.Single().Kind.Should().Be(DecisionKind.Rejected);
        scheduler.Submit(new Job("orphan", 1, 1, 0, 24, penalty: 5, predecessors: ["never"])).Decisions.Single().Explain().Should().Contain("predecessor");
        for (int slot = 0; slot < 24; slot++)
        {
            scheduler.BeginSlot(4);
        }

        scheduler.StatusOf("second")!.Kept.Single().Start.Should().BeGreaterThanOrEqualTo(scheduler.StatusOf("first")!.Kept.Single().End);
    }

    [Fact]
    public void Run_SameCalls_SameDecisions()
    {
        Trace(3).Should().Equal(Trace(3));
    }

    [Fact]
    public void Calls_OutOfRange_AreRefusedAndChangeNothing()
    {
        var scheduler = new OnlineScheduler(Flat(10), [new OnlinePool("workers", 4)]);

        scheduler.Invoking(s => s.BeginSlot(1, 2)).Should().Throw<ArgumentException>();
        scheduler.Invoking(s => s.BeginSlot(double.NaN)).Should().Throw<ArgumentOutOfRangeException>();
        scheduler.Invoking(s => s.UpdatePrices(20, [1, 2, 3, 4, 5])).Should().Throw<ArgumentOutOfRangeException>();
        scheduler.Invoking(s => s.UpdatePrices(0, [double.PositiveInfinity])).Should().Throw<ArgumentOutOfRangeException>();
        scheduler.Invoking(s => s.ChangeCapacity("workers", 1)).Should().Throw<InvalidOperationException>();
        scheduler.Invoking(s => s.ChangeCapacity("gpus", 1)).Should().Throw<ArgumentException>();
        scheduler.Invoking(s => s.FailWorker("x")).Should().Throw<ArgumentException>();
        scheduler.Invoking(s => s.Submit(new Job("x", 1, [1, 1], 0, 5))).Should().Throw<ArgumentException>();
        scheduler.Invoking(s => s.Submit(new Job("x", 1, 1, 0, 5, predecessors: ["y"]))).Should().Throw<ArgumentException>();
        scheduler.Invoking(s => s.Complete()).Should().Throw<InvalidOperationException>();
        scheduler.Now.Should().Be(-1);
        scheduler.Jobs().Should().BeEmpty();
        FluentActions.Invoking(() => new OnlineScheduler(Flat(1), [])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new OnlineScheduler(Flat(1), [new OnlinePool("a", 1)], new OnlineSchedulerOptions { MoveThreshold = 2 }))
            .Should().Throw<OptionsValidationException>();
        FluentActions.Invoking(() => new OnlinePool("a", 1, floor: 2)).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static List<string> Trace(int seed)
    {
        var random = new Random(seed);
        var scheduler = new OnlineScheduler(Night(), [new OnlinePool("cores", 10), new OnlinePool("memory", 10)]);
        var said = new List<string>();
        var jobs = new List<Job>();
        for (int slot = 0; slot < 24; slot++)
        {
            Job job = RandomJob(random, jobs, slot, longest: 4);
            jobs.Add(job);
            said.AddRange(scheduler.Submit(job).Decisions.Select(decision => decision.Explain()));
            said.AddRange(scheduler.BeginSlot(random.Next(5, 11), random.Next(5, 11)).Decisions.Select(decision => decision.Explain()));
        }

        return said;
    }

    private static Job RandomJob(Random random, List<Job> before, int slot, int longest = 10)
    {
        int duration = random.Next(1, longest + 1);
        return new Job(
            $"j{before.Count}",
            duration,
            [random.Next(0, 9), random.Next(1, 12)],
            slot + random.Next(3),
            slot + 3 + duration + random.Next(25),
            new Priority(random.Next(1, 11)),
            rate: random.Next(1, 5),
            penalty: random.Next(1, 20) * 100.0 * duration,
            preemption: random.Next(3) == 0 ? new Preemption(random.Next(2, 5), random.Next(1, 3), random.Next(0, 2)) : null,
            predecessors: before.Count > 0 && random.Next(6) == 0 ? [before[random.Next(before.Count)].Id] : null);
    }

    /// <summary>A capacity that is taken as steady, so that prices alone decide.</summary>
    private static OnlineSchedulerOptions Steady() => new() { ExpectedUptime = TimeSpan.FromDays(3_650) };

    private static PriceCurve Flat(double price) => new(Start, TimeSpan.FromHours(1), Enumerable.Repeat(price, 24).ToArray());

    private static PriceCurve Night() => new(Start, TimeSpan.FromHours(1), Enumerable.Range(0, 24).Select(slot => slot is 3 or 4 ? 10.0 : 40.0).ToArray());

    private static class Promised
    {
        /// <summary>How many promises were made; each must have been kept.</summary>
        public static int Count(IReadOnlyList<OnlineJobStatus> jobs, int seed)
        {
            int made = 0;
            foreach (OnlineJobStatus job in jobs.Where(job => job.WasGuaranteed))
            {
                job.State.Should().Be(OnlineJobState.Finished, $"seed {seed}: {job.Job.Id} was promised");
                job.Kept[^1].End.Should().BeLessThanOrEqualTo(job.Job.Deadline);
                made++;
            }

            return made;
        }
    }
}
