namespace Vouch.Economy.Scheduling.Solver;

/// <summary>Every job at its earliest free start.</summary>
internal static class RunNow
{
    /// <summary>Places the jobs one after the other; a job without a place is left out.</summary>
    public static Plan Build(SolverModel model, PlacementSearch search, RunNowOrder order, CancellationToken cancellationToken)
    {
        var plan = new Plan(model);
        int[] sequence = [.. Enumerable.Range(0, model.JobCount)
            .OrderBy(j => order == RunNowOrder.Arrival ? model.Head[j] : model.Due[j])
            .ThenByDescending(j => model.Jobs[j].Priority.Level)
            .ThenBy(j => order == RunNowOrder.Arrival ? model.Due[j] : model.Head[j])
            .ThenBy(static j => j)];
        foreach (int job in Precedence.PredecessorsFirst(model, sequence))
        {
            cancellationToken.ThrowIfCancellationRequested();
            int from = plan.Earliest(job);
            Placement place = from < 0 ? Placement.None : search.Earliest(plan, job, from, model.HardDue[job]);
            if (!place.IsNone)
            {
                plan.Place(job, place);
            }
        }

        return plan;
    }
}
