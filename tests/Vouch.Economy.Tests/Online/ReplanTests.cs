using Vouch.Economy.Online;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Tests.Online;

/// <summary>What one event may cost and move, counted and not timed.</summary>
public sealed class ReplanTests
{
    private const int Slots = 336;

    [Theory]
    [InlineData(500)]
    [InlineData(5_000)]
    public void Events_HoweverManyJobsWait_TouchABoundedNumber(int count)
    {
        (OnlineScheduler scheduler, Job[] jobs, double capacity) = Loaded(count);
        var random = new Random(7);
        long most = 0;
        for (int slot = 0; slot < 120; slot++)
        {
            long before = scheduler.Work;
            Replan replan = (slot % 4) switch
            {
                0 => scheduler.UpdatePrices(slot + 10, [.. Enumerable.Range(0, 96).Select(_ => (double)random.Next(100, 900))]),
                1 => scheduler.Submit(Like(jobs[random.Next(count)], $"late-{slot}", slot)),
                2 when slot > 2 => scheduler.ChangeCapacity("workers", Math.Floor(capacity * 0.8)),
                _ => scheduler.Improve(8),
            };
            most = Math.Max(most, scheduler.Work - before);
            Moved(replan).Should().BeLessThanOrEqualTo((int)(0.02 * (count + 120)) + 17, "besides 2 % only those move that make room");
            before = scheduler.Work;
            scheduler.BeginSlot(Math.Floor(capacity * (0.6 + (0.4 * random.NextDouble()))));
            most = Math.Max(most, scheduler.Work - before);
        }

        // A few hundred jobs' windows at most, at 500 jobs as at 5,000.
        most.Should().BeLessThan(400 * Slots);
    }

    [Fact]
    public void Submit_RoomForAll_MovesNobodyElse()
    {
        var scheduler = new OnlineScheduler(Curve(), [new OnlinePool("workers", 1_000_000)]);
        for (int i = 0; i < 300; i++)
        {
            scheduler.Submit(new Job($"j{i}", 1 + (i % 7), 1, 0, Slots, penalty: 1_000_000)).Decisions.Should().ContainSingle();
        }
    }

    [Fact]
    public void Improve_TimeToSpare_FindsWhatEventsLeftAndThenRests()
    {
        (OnlineScheduler scheduler, _, _) = Loaded(400);
        scheduler.UpdatePrices(0, [.. Enumerable.Range(0, Slots).Select(slot => slot is > 200 and < 260 ? 50.0 : 500.0)]);
        double before = PlannedCost(scheduler);
        int moved = 0;
        for (int i = 0; i < 200; i++)
        {
            moved += Moved(scheduler.Improve(400));
        }

        moved.Should().BeGreaterThan(0);
        PlannedCost(scheduler).Should().BeLessThan(before);
        scheduler.Improve(0).Decisions.Should().BeEmpty();
        scheduler.Invoking(s => s.Improve(-1)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void BeginSlot_SmallJobAmongWorthierOnes_IsNotPutOffForever()
    {
        // Two places, and every slot brings two new jobs that are worth more: the old one starts once it was put off often enough.
        var flat = new PriceCurve(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromMinutes(15), Enumerable.Repeat(500.0, Slots).ToArray());
        var scheduler = new OnlineScheduler(flat, [new OnlinePool("workers", 2)], new OnlineSchedulerOptions { MaxDisplacements = 3, ExpectedUptime = TimeSpan.FromDays(3_000) });
        scheduler.Submit(new Job("old", 2, 2, 0, Slots, penalty: 4_000));
        var said = new List<string>();
        for (int slot = 0; slot < 60; slot++)
        {
            scheduler.Submit(new Job($"a{slot}", 1, 1, slot, slot + 3, penalty: 1_000_000));
            scheduler.Submit(new Job($"b{slot}", 1, 1, slot, slot + 3, penalty: 1_000_000));
            said.AddRange(scheduler.BeginSlot(2).Decisions.Where(decision => decision.Job.Id == "old").Select(decision => decision.Explain()));
        }

        scheduler.StatusOf("old")!.State.Should().Be(OnlineJobState.Finished, string.Join("; ", said));
    }

    [Fact]
    public void BeginSlot_TenantsOfDifferentWeight_HoldSharesLikeTheirWeights()
    {
        var scheduler = new OnlineScheduler(Curve(), [new OnlinePool("workers", 12)], new OnlineSchedulerOptions { ExpectedUptime = TimeSpan.FromDays(3_000) });
        scheduler.SetWeight("three", 3);
        for (int i = 0; i < 60; i++)
        {
            scheduler.Submit(new Job($"a{i}", 8, 1, 0, 14, penalty: 1_000_000), "one");
            scheduler.Submit(new Job($"b{i}", 8, 1, 0, 14, penalty: 1_000_000), "three");
        }

        for (int slot = 0; slot < 8; slot++)
        {
            scheduler.BeginSlot(12);
        }

        string[] running = [.. scheduler.Jobs().Where(job => job.State == OnlineJobState.Running).Select(job => job.Tenant)];
        running.Count(tenant => tenant == "one").Should().Be(3);
        running.Count(tenant => tenant == "three").Should().Be(9);
        scheduler.Invoking(s => s.SetWeight("one", 0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Run_ManyTenantsFloodThePool_NoneOfThemStarves()
    {
        // Four tenants bring twelve times what the pool holds, one of them nothing but small jobs that are worth little: each gets its share of starts, and no gap lasts.
        const int Slots = 200;
        var flat = new PriceCurve(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromMinutes(15), Enumerable.Repeat(500.0, Slots).ToArray());
        var scheduler = new OnlineScheduler(flat, [new OnlinePool("workers", 12)], new OnlineSchedulerOptions { ExpectedUptime = TimeSpan.FromDays(3_000) });
        string[] tenants = ["large", "rich", "many", "poor"];
        double[] penalty = [1_000_000, 9_000_000, 500_000, 20_000];
        var starts = tenants.ToDictionary(tenant => tenant, _ => new List<int>());
        var owner = new Dictionary<string, string>();
        for (int slot = 0; slot < Slots; slot++)
        {
            for (int t = 0; t < tenants.Length && slot < Slots - 40; t++)
            {
                for (int i = 0; i < 3; i++)
                {
                    double demand = t == 0 ? 6 : 2;
                    owner[$"{t}-{slot}-{i}"] = tenants[t];
                    scheduler.Submit(new Job($"{t}-{slot}-{i}", 4, demand, slot, slot + 40, rate: 1, penalty: penalty[t]), tenants[t]);
                }
            }

            foreach (Decision decision in scheduler.BeginSlot(12).Decisions.Where(decision => decision.Kind == DecisionKind.Started))
            {
                starts[owner[decision.Job.Id]].Add(slot);
            }
        }

        foreach (string tenant in tenants)
        {
            int[] at = [.. starts[tenant].Where(slot => slot < Slots - 40)];
            at.Should().NotBeEmpty(tenant);
            at.Prepend(0).Zip(at, static (before, after) => after - before).Max().Should().BeLessThanOrEqualTo(40, $"{tenant} waits no longer than one of its windows");
            double used = scheduler.Jobs().Where(job => job.Tenant == tenant).Sum(job => job.Kept.Sum(piece => piece.Length) * job.Job.Demands[0]);
            used.Should().BeGreaterThan(0.1 * 12 * Slots, $"{tenant} holds a fair part of the pool");
        }
    }

    private static int Moved(Replan replan) => replan.Decisions.Where(decision => decision.Kind == DecisionKind.Moved).Select(decision => decision.Job.Id).Distinct().Count();

    private static double PlannedCost(OnlineScheduler scheduler) => scheduler.Jobs().Where(job => job.Planned is not null).Sum(job =>
        Enumerable.Range(job.Planned!.Value.Start, job.Planned.Value.Length).Sum(slot => slot is > 200 and < 260 ? 50.0 : 500.0) * job.Job.Rate);

    private static Job Like(Job job, string id, int slot) => new(
        id, job.DurationSlots, job.Demands, slot, Math.Min(Slots, slot + job.DurationSlots + 60), rate: job.Rate, penalty: job.Penalty);

    private static (OnlineScheduler Scheduler, Job[] Jobs, double Capacity) Loaded(int count)
    {
        var random = new Random(3);
        Job[] jobs = [.. Enumerable.Range(0, count).Select(i =>
        {
            int duration = 1 + random.Next(12);
            int release = random.Next(Slots * 6 / 10);
            double demand = 1 + random.Next(4);
            return new Job($"j{i}", duration, demand, release, Math.Min(Slots, release + duration + 16 + random.Next(100)), rate: demand, penalty: demand * duration * 5_000);
        })];
        double capacity = Math.Ceiling(jobs.Sum(job => job.Demands[0] * job.DurationSlots) / Slots / 0.6);
        var scheduler = new OnlineScheduler(Curve(), [new OnlinePool("workers", capacity, capacity / 2)]);
        foreach (Job job in jobs)
        {
            scheduler.Submit(job);
        }

        return (scheduler, jobs, capacity);
    }

    private static PriceCurve Curve() => new(
        new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromMinutes(15), Enumerable.Range(0, Slots).Select(slot => 500 + (300 * Math.Sin(slot * Math.PI / 48))).ToArray());
}
