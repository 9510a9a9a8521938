namespace Vouch.Economy.Scheduling.Solver;

/// <summary>Every job at its earliest free start.</summary>
internal static class RunNow
{
    /// <summary>Places the jobs one after the other in an empty plan; a job without a place is left out.</summary>
    public static void Build(SlotPlan plan, RunSearch search, RunNowOrder order, CancellationToken cancellationToken)
    {
        SolverModel model = plan.Model;
        double[] rank = new double[model.JobCount];
        for (int i = model.JobCount - 1; i >= 0; i--)
        {
            int j = model.Topological[i];
            double chain = 0;
            foreach (int successor in model.Successors[j])
            {
                chain = Math.Max(chain, -rank[successor]);
            }

            rank[j] = order == RunNowOrder.UpwardRank ? -(model.Duration[j] + chain) : 0;
        }

        int[] sequence = [.. Enumerable.Range(0, model.JobCount)
            .OrderBy(j => rank[j])
            .ThenBy(j => order == RunNowOrder.Arrival ? model.Head[j] : model.HardDue[j])
            .ThenByDescending(j => model.Jobs[j].Priority.Level)
            .ThenBy(j => order == RunNowOrder.Arrival ? model.HardDue[j] : model.Head[j])
            .ThenBy(static j => j)];
        foreach (int job in Precedence.PredecessorsFirst(model, sequence))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (search.FindEarliest(plan, job, plan.Earliest(job), model.HardDue[job]))
            {
                plan.Place(job, search.Slots, search.PieceLengths, search.Cost);
            }
        }
    }
}
