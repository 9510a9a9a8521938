using Vouch.Core.Exceptions;
using Vouch.Core.Models;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;
using Vouch.Execution.Jobs;

namespace Vouch.Execution.Planning;

/// <summary>When each unit is to run and what a unit of work costs then.</summary>
internal sealed record JobSchedule(Schedule? Schedule, int[] Order, double[] Price, DateTimeOffset?[] Start)
{
    /// <summary>Plans the units of a job that are still open on its price curve; without one, all may run at once at a price of 1.</summary>
    /// <exception cref="SchedulingException">The units do not fit between now and the deadline under the capacity of the pool.</exception>
    public static JobSchedule Of<TUnit>(
        VerifiedJob<TUnit> job, IReadOnlySet<WorkUnitId> done, int capacity, IScheduler scheduler, DateTimeOffset now, CancellationToken cancellationToken)
    {
        int count = job.Units.Count;
        var order = new int[count];
        var price = new double[count];
        var start = new DateTimeOffset?[count];
        for (int i = 0; i < count; i++)
        {
            order[i] = i;
            price[i] = 1;
        }

        int[] open = [.. order.Where(i => !done.Contains(job.Units[i].Id))];
        if (job.Prices is not { } prices || open.Length == 0)
        {
            return new JobSchedule(null, order, price, start);
        }

        int release = now <= prices.Start ? 0 : prices.ReleaseSlot(now);
        int deadline = job.Deadline is { } end && end < prices.End ? prices.DeadlineSlot(end) : prices.SlotCount;
        if (deadline <= release)
        {
            throw new SchedulingException($"Job '{job.Id}' must be done between slot {release} and slot {deadline} of its price curve, which leaves no slot. Give it a later deadline or a curve that reaches further.")
            {
                JobId = job.Id,
                Constraint = InfeasibleConstraint.Deadline,
                Remedy = "a later deadline or a longer price curve",
            };
        }

        var jobs = new Job[open.Length];
        for (int i = 0; i < open.Length; i++)
        {
            WorkUnit<TUnit> unit = job.Units[open[i]];
            int duration = prices.SlotsFor(job.TimePerWork * unit.Work);
            jobs[i] = new Job(unit.Id.Value, duration, 1, release, deadline, job.Priority, rate: unit.Work / duration);
        }

        Schedule schedule = scheduler.Solve(new SchedulingProblem(prices, new ResourcePool("workers", capacity), jobs), cancellationToken);
        for (int i = 0; i < open.Length; i++)
        {
            int unit = open[i];
            Assignment assignment = schedule[jobs[i].Id]
                ?? throw new SchedulingException($"The scheduler '{schedule.SchedulerName}' left unit '{jobs[i].Id}' without a place.") { JobId = jobs[i].Id };

            // The rate spreads the work over the slots, so the cost of the assignment is the price of the whole unit.
            price[unit] = Math.Max(0, assignment.Cost / job.Units[unit].Work);
            start[unit] = assignment.StartTime;
        }

        // Those that are done have no start and come first, where they bother nobody.
        Array.Sort(order, (left, right) => start[left] != start[right] ? Nullable.Compare(start[left], start[right]) : left.CompareTo(right));
        return new JobSchedule(schedule, order, price, start);
    }
}
