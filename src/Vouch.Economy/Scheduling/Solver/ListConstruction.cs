using System.Runtime.CompilerServices;

namespace Vouch.Economy.Scheduling.Solver;

/// <summary>Builds plans job by job: each at the cheapest place that is left when its turn comes.</summary>
internal sealed class ListConstruction(SolverModel model, SearchFacts facts, RunSearch search)
{
    /// <summary>Fills an empty plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="order">Whose turn comes first.</param>
    /// <param name="guide">What a cheap place is; the price alone where null.</param>
    /// <param name="cancellationToken">Stops the construction.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Build(SlotPlan plan, ListOrder order, SlotGuide? guide, CancellationToken cancellationToken)
    {
        double[] key = new double[model.JobCount];
        int[] sequence = new int[model.JobCount];
        for (int j = 0; j < key.Length; j++)
        {
            key[j] = Key(j, order);
            sequence[j] = j;
        }

        // A job that others wait for is as urgent as the most urgent of them.
        for (int i = key.Length - 1; model.HasPrecedence && i >= 0; i--)
        {
            foreach (int p in model.Predecessors[model.Topological[i]])
            {
                key[p] = Math.Min(key[p], key[model.Topological[i]]);
            }
        }

        Array.Sort(sequence, (a, b) => key[a] != key[b] ? key[a].CompareTo(key[b]) : a.CompareTo(b));
        int count = 0;
        foreach (int j in Precedence.PredecessorsFirst(model, sequence))
        {
            if (count++ % 64 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (search.Find(plan, j, plan.Earliest(j), plan.Latest(j), guide, blinks: 0, inPieces: true) && search.Cost <= facts.Penalty[j])
            {
                plan.Place(j, search.Slots, search.PieceLengths, search.Cost);
            }
        }
    }

    private double Key(int j, ListOrder order)
    {
        double slack = Math.Max(0, model.Due[j] - model.Head[j] - model.Duration[j]);
        return order switch
        {
            ListOrder.Arrival => model.Head[j],
            ListOrder.Penalty => -facts.Penalty[j],
            ListOrder.Tightness => slack / model.Duration[j],
            ListOrder.TightnessSandLast => model.Pieces[j].Kind == PieceKind.AnySlots ? 1e9 + (slack / model.Duration[j]) : slack / model.Duration[j],
            _ => slack,
        };
    }
}
