using System.Runtime.CompilerServices;

namespace Vouch.Economy.Scheduling.Solver;

/// <summary>Every job at its earliest free start.</summary>
internal static class RunNow
{
    private const int NearSlots = 48;

    /// <summary>Places the jobs one after the other in an empty plan; a job without a place is left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

        int[] sequence = [.. Enumerable.Range(0, model.JobCount)];
        int[] first = order == RunNowOrder.Arrival ? model.Head : model.HardDue;
        int[] second = order == RunNowOrder.Arrival ? model.HardDue : model.Head;
        Array.Sort(sequence, (a, b) =>
        {
            int by = rank[a].CompareTo(rank[b]);
            by = by != 0 ? by : first[a].CompareTo(first[b]);
            by = by != 0 ? by : model.Jobs[b].Priority.Level.CompareTo(model.Jobs[a].Priority.Level);
            by = by != 0 ? by : second[a].CompareTo(second[b]);
            return by != 0 ? by : a.CompareTo(b);
        });
        foreach (int job in Precedence.PredecessorsFirst(model, sequence))
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Near its release first: most jobs find a place there, and looking at all of a long window takes longer.
            int from = plan.Earliest(job);
            int near = (int)Math.Min(model.HardDue[job], from + (2L * model.Duration[job]) + NearSlots);
            if (search.FindEarliest(plan, job, from, near) || (near < model.HardDue[job] && search.FindEarliest(plan, job, from, model.HardDue[job])))
            {
                plan.Place(job, search.Slots, search.PieceLengths, search.Cost);
            }
        }
    }
}
