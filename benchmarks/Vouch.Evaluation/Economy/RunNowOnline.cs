using Vouch.Economy.Scheduling;

namespace Vouch.Evaluation.Economy;

/// <summary>The simplest policy online: jobs start as soon as there is capacity, by deadline; where capacity falls, the newest runs stop first.</summary>
internal static class RunNowOnline
{
    public static double Cost(SchedulingProblem problem)
    {
        double cost = 0;
        var waiting = new List<Job>();
        var running = new List<(Job Job, int Start)>();
        ILookup<int, Job> arrivals = problem.Jobs.ToLookup(static job => job.Release);
        double Price(int slot) => problem.Prices[slot];
        for (int slot = 0; slot < problem.SlotCount; slot++)
        {
            waiting.AddRange(arrivals[slot]);
            running.RemoveAll(run => run.Start + run.Job.DurationSlots <= slot);
            while (!Fits(problem, running, null, slot))
            {
                // Without checkpoints of its own the policy loses the work of what it stops.
                (Job job, int start) = running[^1];
                running.RemoveAt(running.Count - 1);
                waiting.Add(job);
                for (int ran = start; ran < slot; ran++)
                {
                    cost += job.Rate * (Math.Max(0, Price(ran)) - Price(ran));
                }
            }

            foreach (Job job in waiting.OrderBy(static job => job.Deadline).ToArray())
            {
                if (slot + job.DurationSlots > Math.Min(job.Deadline, problem.SlotCount))
                {
                    waiting.Remove(job);
                    cost += job.Penalty ?? 0;
                }
                else if (Fits(problem, running, job, slot))
                {
                    waiting.Remove(job);
                    running.Add((job, slot));
                }
            }

            cost += running.Sum(run => run.Job.Rate * Price(slot));
        }

        return cost + waiting.Sum(static job => job.Penalty ?? 0);
    }

    private static bool Fits(SchedulingProblem problem, List<(Job Job, int Start)> running, Job? more, int slot) =>
        Enumerable.Range(0, problem.Pools.Count).All(k =>
            running.Sum(run => run.Job.Demands[k]) + (more?.Demands[k] ?? 0) <= problem.Pools[k].CapacityAt(slot));
}
