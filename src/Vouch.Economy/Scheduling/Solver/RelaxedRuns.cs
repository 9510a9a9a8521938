namespace Vouch.Economy.Scheduling.Solver;

/// <summary>The cheapest run of one job with every pool to itself. Holds scratch memory: one per thread.</summary>
internal sealed class RelaxedRuns(SolverModel model)
{
    private readonly double[] _cost = new double[model.SlotCount];
    private readonly bool _alwaysOpen = IsAlwaysOpen(model);

    /// <summary>The least cost of a relaxed run, or positive infinity where there is none.</summary>
    /// <param name="job">The job.</param>
    /// <param name="prefix">Prefix sums of what the slots cost it.</param>
    /// <param name="scale">What the prefix differences are multiplied with, 0 or more.</param>
    /// <param name="use">Where given: raised by 1 for each slot of the run found (as a difference array for one piece).</param>
    public double Cheapest(int job, double[] prefix, double scale, SlotUse? use)
    {
        int from = model.Head[job];
        int to = model.HardDue[job];
        int length = model.Duration[job];
        if (to - from < length)
        {
            return double.PositiveInfinity;
        }

        return model.Pieces[job].Kind == PieceKind.One ? OnePiece(job, from, to, length, prefix, scale, use) : AnySlots(job, from, to, length, prefix, scale, use);
    }

    private static bool IsAlwaysOpen(SolverModel model)
    {
        for (int k = 0; k < model.ResourceCount; k++)
        {
            double largest = 0;
            for (int j = 0; j < model.JobCount; j++)
            {
                largest = Math.Max(largest, model.Demand[(j * model.ResourceCount) + k]);
            }

            if (largest > model.Capacity[k].Min())
            {
                return false;
            }
        }

        return true;
    }

    private double OnePiece(int job, int from, int to, int length, double[] prefix, double scale, SlotUse? use)
    {
        double best = double.PositiveInfinity;
        int start = -1;
        if (_alwaysOpen)
        {
            for (int s = from; s <= to - length; s++)
            {
                double cost = prefix[s + length] - prefix[s];
                if (cost < best)
                {
                    (best, start) = (cost, s);
                }
            }
        }
        else
        {
            int run = 0;
            for (int t = from; t < to; t++)
            {
                run = model.IsOpen(job, t) ? run + 1 : 0;
                if (run >= length && prefix[t + 1] - prefix[t + 1 - length] < best)
                {
                    start = t + 1 - length;
                    best = prefix[t + 1] - prefix[start];
                }
            }
        }

        if (start < 0)
        {
            return double.PositiveInfinity;
        }

        use?.Add(start, start + length);
        return best * scale;
    }

    private double AnySlots(int job, int from, int to, int length, double[] prefix, double scale, SlotUse? use)
    {
        PieceRule rule = model.Pieces[job];
        int count = 0;
        for (int t = from; t < to; t++)
        {
            if (_alwaysOpen || model.IsOpen(job, t))
            {
                _cost[count++] = prefix[t + 1] - prefix[t];
            }
        }

        if (count < length)
        {
            return double.PositiveInfinity;
        }

        int longest = length;
        if (rule.Overhead > 0)
        {
            longest = length + (rule.Overhead * (rule.MostPieces(length, count) - 1));
            while (longest > count)
            {
                longest -= rule.Overhead;
            }
        }

        double limit = Selection.Smallest(_cost, count, longest - 1);
        if (longest > length)
        {
            Array.Sort(_cost, 0, longest);
        }

        double sum = 0;
        for (int i = 0; i < length; i++)
        {
            sum += _cost[i];
        }

        // More pieces repeat slots: cheaper only where slots cost less than nothing.
        double best = sum;
        int taken = length;
        for (int slots = length + rule.Overhead; rule.Overhead > 0 && slots <= longest; slots += rule.Overhead)
        {
            for (int i = slots - rule.Overhead; i < slots; i++)
            {
                sum += _cost[i];
            }

            if (sum < best)
            {
                (best, taken) = (sum, slots);
            }
        }

        if (use is not null)
        {
            if (taken < longest)
            {
                limit = _cost[taken - 1];
            }

            MarkCheapest(job, from, to, prefix, limit, taken, use);
        }

        return best * scale;
    }

    private void MarkCheapest(int job, int from, int to, double[] prefix, double limit, int taken, SlotUse use)
    {
        int equal = taken;
        for (int i = 0; i < taken; i++)
        {
            equal -= _cost[i] < limit ? 1 : 0;
        }

        for (int t = from; t < to; t++)
        {
            double cost = prefix[t + 1] - prefix[t];
            if ((_alwaysOpen || model.IsOpen(job, t)) && (cost < limit || (cost == limit && equal-- > 0)))
            {
                use.Add(t, t + 1);
            }
        }
    }
}
