namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// Builds a plan job by job: the one with the most to lose goes first, to its cheapest free place. Regret is what the job's next place, clear of its best one, would
/// cost more (J.-Y. Potvin and J.-M. Rousseau, <i>European Journal of Operational Research</i> 66, 1993); it is brought up to date when the best place is taken.
/// </summary>
internal sealed class ListConstruction(SolverModel model, PlacementSearch search, double[] penalty)
{
    private readonly double[] _area = Areas(model);

    public Plan Build(ListOrder order, SlotGuide? guide, CancellationToken cancellationToken)
    {
        var plan = new Plan(model);
        int[] open = [.. model.Predecessors.Select(static list => list.Length)];
        var waiting = new PriorityQueue<int, (double Urgency, int Job)>(model.JobCount);
        var best = new Placement[model.JobCount];
        foreach (int j in model.Topological)
        {
            if (open[j] == 0)
            {
                Enqueue(j);
            }
        }

        while (waiting.TryDequeue(out int job, out _))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!StillFree(plan, job, best[job]))
            {
                Enqueue(job);
                continue;
            }

            plan.Place(job, best[job]);
            foreach (int s in model.Successors[job])
            {
                if (--open[s] == 0)
                {
                    Enqueue(s);
                }
            }
        }

        return plan;

        void Enqueue(int job)
        {
            best[job] = search.Cheapest(plan, job, guide);
            if (!best[job].IsNone)
            {
                waiting.Enqueue(job, (-Urgency(plan, job, best[job], order, guide), job));
            }
        }
    }

    private static double[] Areas(SolverModel model)
    {
        // The share of the whole capacity that a job takes, over all resources.
        double[] area = new double[model.JobCount];
        for (int k = 0; k < model.ResourceCount; k++)
        {
            double all = Math.Max(double.Epsilon, model.Capacity[k].Sum());
            for (int j = 0; j < area.Length; j++)
            {
                area[j] += model.Demand[(j * model.ResourceCount) + k] / all * model.Duration[j];
            }
        }

        return area;
    }

    private double Urgency(Plan plan, int job, in Placement best, ListOrder order, SlotGuide? guide)
    {
        if (order == ListOrder.Area)
        {
            return _area[job];
        }

        int from = plan.Earliest(job);
        int to = plan.Latest(job);
        if (order == ListOrder.Slack)
        {
            return -(double)(to - from - model.Duration[job]);
        }

        double next = double.PositiveInfinity;
        if (best.Start - from >= model.Duration[job])
        {
            next = search.CheapestOrOnePiece(plan, job, from, best.Start, guide);
        }

        if (to - best.End >= model.Duration[job])
        {
            next = Math.Min(next, search.CheapestOrOnePiece(plan, job, best.End, to, guide));
        }

        double regret = Math.Min(next, penalty[job]) - best.Guided;
        return order == ListOrder.Regret || _area[job] == 0 ? regret : regret / _area[job];
    }

    private bool StillFree(Plan plan, int job, in Placement place)
    {
        if (place.Pieces is null)
        {
            return IsFree(plan, job, place.Start, place.End);
        }

        foreach (Segment piece in place.Pieces)
        {
            if (!IsFree(plan, job, piece.Start, piece.End))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsFree(Plan plan, int job, int start, int end)
    {
        for (int t = start; t < end; t++)
        {
            if (!search.Fits(plan.Free, job, t))
            {
                return false;
            }
        }

        return true;
    }
}
