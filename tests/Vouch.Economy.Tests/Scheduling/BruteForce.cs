using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Tests.Scheduling;

/// <summary>The optimum of a tiny problem by trying everything; null where nothing is feasible.</summary>
internal static class BruteForce
{
    public static double? Optimum(SchedulingProblem problem)
    {
        Job[] jobs = Sorted(problem);
        double[,] used = new double[problem.Pools.Count, problem.SlotCount];
        return Best(problem, jobs, 0, used, []);
    }

    /// <summary>Every way a job can run with the pools to itself.</summary>
    public static IEnumerable<Segment[]> Runs(Job job, int slots)
    {
        int end = Math.Min(job.Deadline, slots);
        int most = job.Preemption?.MaxSegments ?? 1;
        for (int pieces = 1; pieces <= Math.Min(most, end); pieces++)
        {
            int total = job.DurationSlots + ((pieces - 1) * (job.Preemption?.ResumeOverheadSlots ?? 0));
            int least = pieces > 1 ? job.Preemption!.MinSegmentSlots : 1;
            foreach (Segment[] run in Cut(job.Release, end, pieces, total, least))
            {
                yield return run;
            }
        }
    }

    private static IEnumerable<Segment[]> Cut(int from, int end, int pieces, int total, int least)
    {
        for (int start = from; start < end; start++)
        {
            if (pieces == 1)
            {
                if (total >= least && start + total <= end)
                {
                    yield return [new Segment(start, total)];
                }

                continue;
            }

            for (int length = least; length <= total - least && start + length <= end; length++)
            {
                foreach (Segment[] rest in Cut(start + length, end, pieces - 1, total - length, least))
                {
                    yield return [new Segment(start, length), .. rest];
                }
            }
        }
    }

    private static Job[] Sorted(SchedulingProblem problem)
    {
        var order = new List<Job>();
        void Add(Job job)
        {
            if (!order.Contains(job))
            {
                foreach (string before in job.Predecessors)
                {
                    Add(problem.FindJob(before)!);
                }

                order.Add(job);
            }
        }

        foreach (Job job in problem.Jobs)
        {
            Add(job);
        }

        return [.. order];
    }

    private static double? Best(SchedulingProblem problem, Job[] jobs, int at, double[,] used, Dictionary<string, int> ends)
    {
        if (at == jobs.Length)
        {
            return 0;
        }

        Job job = jobs[at];
        double? best = null;
        if (job.Predecessors.All(ends.ContainsKey))
        {
            int earliest = job.Predecessors.Select(id => ends[id]).Append(0).Max();
            foreach (Segment[] run in Runs(job, problem.SlotCount).Where(run => run[0].Start >= earliest))
            {
                Occupy(job, run, used, 1);
                if (Fits(problem, used))
                {
                    ends[job.Id] = run[^1].End;
                    double own = run.Sum(piece => job.Rate * problem.Prices.WindowCost(piece.Start, piece.Length));
                    best = Less(best, own + Best(problem, jobs, at + 1, used, ends));
                    ends.Remove(job.Id);
                }

                Occupy(job, run, used, -1);
            }
        }

        return job.Penalty is { } penalty ? Less(best, penalty + Best(problem, jobs, at + 1, used, ends)) : best;
    }

    private static double? Less(double? one, double? other) => one is { } a && other is { } b ? Math.Min(a, b) : one ?? other;

    private static void Occupy(Job job, Segment[] run, double[,] used, int sign)
    {
        foreach (Segment piece in run)
        {
            for (int slot = piece.Start; slot < piece.End; slot++)
            {
                for (int k = 0; k < used.GetLength(0); k++)
                {
                    used[k, slot] += sign * job.Demands[k];
                }
            }
        }
    }

    private static bool Fits(SchedulingProblem problem, double[,] used)
    {
        for (int k = 0; k < used.GetLength(0); k++)
        {
            for (int slot = 0; slot < problem.SlotCount; slot++)
            {
                if (used[k, slot] > problem.Pools[k].CapacityAt(slot))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
