using System.Runtime.CompilerServices;

namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// Rounds fractional runs to a plan: jobs whose run is all but whole take it, as long as it fits; the others follow at the cheapest place that is left at the guide's
/// prices, the hardest to place first.
/// </summary>
internal sealed class FractionalConstruction(SolverModel model, SearchFacts facts, RunSearch search)
{
    /// <summary>A free place this much dearer than the wanted one, at the guide's prices, is good enough.</summary>
    private const double NearlyAsGood = 0.02;

    /// <summary>How much easier a job must be to place for it to make room.</summary>
    private const double EasierBy = 2;

    private readonly double[] _hardness = new double[model.JobCount];

    /// <summary>Fills an empty plan.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Build(SlotPlan plan, AugmentedLagrangian runs, SlotGuide guide, CancellationToken cancellationToken)
    {
        double[] key = new double[model.JobCount];
        int[] sequence = new int[model.JobCount];
        for (int j = 0; j < key.Length; j++)
        {
            sequence[j] = j;
            key[j] = -Confidence(j, runs);
            _hardness[j] = Hardness(j);
        }

        // A job that others wait for comes before them.
        for (int i = key.Length - 1; model.HasPrecedence && i >= 0; i--)
        {
            foreach (int p in model.Predecessors[model.Topological[i]])
            {
                key[p] = Math.Min(key[p], key[model.Topological[i]]);
            }
        }

        Array.Sort(key, sequence);
        var late = new PriorityQueue<int, (double, int)>();
        int[] slots = new int[model.SlotCount];
        int count = 0;
        foreach (int j in Precedence.PredecessorsFirst(model, sequence))
        {
            if (count++ % 64 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (!TakeOwn(plan, j, runs, slots))
            {
                if (IsChained(j))
                {
                    // In the order of precedence at once: what waits must see where its predecessors stand.
                    _ = TakeBest(plan, j, guide) || TakeRoom(plan, j, runs, guide, late);
                }
                else
                {
                    late.Enqueue(j, (_hardness[j], j));
                }
            }
        }

        while (late.TryDequeue(out int j, out _))
        {
            if (count++ % 64 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            _ = TakeOwn(plan, j, runs, slots) || TakeRoom(plan, j, runs, guide, late) || TakeBest(plan, j, guide);
        }
    }

    private bool IsChained(int job) => model.Predecessors[job].Length > 0 || model.Successors[job].Length > 0;

    /// <summary>
    /// Puts a job in one piece where the relaxation wants it and sends away what stands there and is easier to place elsewhere, the easiest first; a place that is free
    /// and all but as good is taken instead.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TakeRoom(SlotPlan plan, int job, AugmentedLagrangian runs, SlotGuide guide, PriorityQueue<int, (double, int)> late)
    {
        int length = model.Duration[job];
        double[] prefix = guide.Prefix(job);
        int from = plan.Earliest(job);
        int to = plan.Latest(job);
        if (from < 0 || to - from < length)
        {
            return false;
        }

        bool free = search.Find(plan, job, from, to, guide, blinks: 0, inPieces: true) && search.Cost <= facts.Penalty[job];
        double here = 0;
        foreach (int t in free ? search.Slots : [])
        {
            here += prefix[t + 1] - prefix[t];
        }

        int start = runs.Shape(job).IsEmpty ? runs.Heaviest(job).Start : -1;
        if (start < from || start + length > to)
        {
            WindowKernel.Cheapest(prefix, length, from, to - from - length + 1, out start);
        }

        double wanted = prefix[start + length] - prefix[start];
        if (free && here - wanted <= NearlyAsGood * Math.Abs(wanted))
        {
            plan.Place(job, search.Slots, search.PieceLengths, search.Cost);
            return true;
        }

        double cost = model.Rate[job] * (model.PricePrefix[start + length] - model.PricePrefix[start]);
        if (cost > facts.Penalty[job])
        {
            return false;
        }

        int[] slots = [.. Enumerable.Range(start, length)];
        var sent = new List<(int Job, int[] Slots, int[] Lengths, double Cost)>();
        bool fits = true;
        for (int i = 0; i < length && fits; i++)
        {
            while (fits && !plan.Fits(job, slots[i]))
            {
                int easiest = -1;
                for (int o = 0; o < plan.RunningAt(slots[i]); o++)
                {
                    int other = plan.RunningAt(slots[i], o);
                    easiest = !IsChained(other) && _hardness[other] > EasierBy * _hardness[job] && (easiest < 0 || _hardness[other] > _hardness[easiest]) ? other : easiest;
                }

                fits = easiest >= 0;
                if (fits)
                {
                    sent.Add((easiest, plan.Slots(easiest).ToArray(), plan.PieceLengths(easiest).ToArray(), plan.Cost(easiest)));
                    plan.Remove(easiest);
                }
            }
        }

        if (!fits)
        {
            foreach ((int other, int[] stood, int[] lengths, double its) in sent)
            {
                plan.Place(other, stood, lengths, its);
            }

            return false;
        }

        plan.Place(job, slots, [length], cost);
        foreach ((int other, _, _, _) in sent)
        {
            late.Enqueue(other, (_hardness[other], other));
        }

        return true;
    }

    /// <summary>How sure the relaxation is of a job's place: 1 where its run is whole.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Confidence(int job, AugmentedLagrangian runs)
    {
        ReadOnlySpan<double> shape = runs.Shape(job);
        if (shape.IsEmpty)
        {
            return runs.Heaviest(job).Weight;
        }

        double whole = 0;
        foreach (double share in shape)
        {
            whole += share * share;
        }

        return whole / model.Duration[job];
    }

    /// <summary>Large jobs of little slack first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Hardness(int job)
    {
        double area = 0;
        for (int k = 0; k < model.ResourceCount; k++)
        {
            area = Math.Max(area, model.Demand[(job * model.ResourceCount) + k] / Math.Max(1e-9, model.Capacity[k][0]));
        }

        double slack = model.Due[job] - model.Head[job] - model.Duration[job] + 1;
        return slack / (area * model.Duration[job] + 1e-9);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TakeOwn(SlotPlan plan, int job, AugmentedLagrangian runs, int[] slots)
    {
        if (model.IsDivisible(job) && model.Pieces[job].Kind != PieceKind.AnySlots)
        {
            return false;
        }

        int length = model.Duration[job];
        ReadOnlySpan<double> shape = runs.Shape(job);
        if (shape.IsEmpty)
        {
            int start = runs.Heaviest(job).Start;
            if (start < 0)
            {
                return false;
            }

            for (int i = 0; i < length; i++)
            {
                slots[i] = start + i;
            }
        }
        else
        {
            int taken = 0;
            for (int i = 0; i < shape.Length && taken < length; i++)
            {
                if (shape[i] > 0.5)
                {
                    slots[taken++] = model.Head[job] + i;
                }
            }

            if (taken < length)
            {
                return false;
            }
        }

        if (slots[0] < plan.Earliest(job) || plan.Earliest(job) < 0 || slots[length - 1] >= plan.Latest(job))
        {
            return false;
        }

        double cost = 0;
        for (int i = 0; i < length; i++)
        {
            if (!plan.Fits(job, slots[i]))
            {
                return false;
            }

            cost += model.PricePrefix[slots[i] + 1] - model.PricePrefix[slots[i]];
        }

        cost *= model.Rate[job];
        if (cost > facts.Penalty[job])
        {
            return false;
        }

        plan.Place(job, slots.AsSpan(0, length), shape.IsEmpty ? [length] : [], cost);
        return true;
    }

    private bool TakeBest(SlotPlan plan, int job, SlotGuide guide)
    {
        if (search.Find(plan, job, plan.Earliest(job), plan.Latest(job), guide, blinks: 0, inPieces: true) && search.Cost <= facts.Penalty[job])
        {
            plan.Place(job, search.Slots, search.PieceLengths, search.Cost);
            return true;
        }

        return false;
    }
}
