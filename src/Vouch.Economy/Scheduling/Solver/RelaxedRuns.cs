namespace Vouch.Economy.Scheduling.Solver;

/// <summary>The cheapest run of one job with every pool to itself. Holds scratch memory: one per thread.</summary>
internal sealed class RelaxedRuns(SolverModel model)
{
    private readonly double[] _cost = new double[model.SlotCount];
    private readonly bool _alwaysOpen = IsAlwaysOpen(model);

    /// <summary>The least cost of a relaxed run or of the rejection: <paramref name="penalty"/>, which may be infinite.</summary>
    /// <param name="job">The job.</param>
    /// <param name="prefix">Prefix sums of what the slots cost it.</param>
    /// <param name="scale">What the prefix differences are multiplied with, 0 or more.</param>
    /// <param name="penalty">The cost of the rejection.</param>
    /// <param name="use">Where given: collects the slots of the run, unless the rejection is cheaper.</param>
    public double Cheapest(int job, double[] prefix, double scale, double penalty, SlotUse? use)
    {
        int from = model.Head[job];
        int to = model.HardDue[job];
        int length = model.Duration[job];
        if (to - from < length)
        {
            return penalty;
        }

        return model.Pieces[job].Kind == PieceKind.One
            ? OnePiece(job, from, to, prefix, scale, penalty, use)
            : AnySlots(job, from, to, prefix, scale, penalty, use);
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

    private double OnePiece(int job, int from, int to, double[] prefix, double scale, double penalty, SlotUse? use)
    {
        int length = model.Duration[job];
        double best = double.PositiveInfinity;
        int start = -1;
        if (_alwaysOpen)
        {
            ReadOnlySpan<double> head = prefix.AsSpan(from, to - from - length + 1);
            ReadOnlySpan<double> tail = prefix.AsSpan(from + length, head.Length);
            for (int i = 0; i < head.Length; i++)
            {
                double cost = tail[i] - head[i];
                if (cost < best)
                {
                    (best, start) = (cost, from + i);
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

        if (start < 0 || best * scale > penalty)
        {
            return penalty;
        }

        use?.Add(start, start + length);
        return best * scale;
    }

    private double AnySlots(int job, int from, int to, double[] prefix, double scale, double penalty, SlotUse? use)
    {
        int length = model.Duration[job];
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
            return penalty;
        }

        int longest = rule.Overhead == 0 ? length : length + (rule.Overhead * (int)Math.Min(rule.MaxPieces - 1, (long)(count - length) / rule.Overhead));
        double limit = Selection.Smallest(_cost, count, longest - 1);
        if (longest > length)
        {
            Array.Sort(_cost, 0, longest);
            limit = _cost[length - 1];
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
                (best, taken, limit) = (sum, slots, _cost[slots - 1]);
            }
        }

        if (best * scale > penalty)
        {
            return penalty;
        }

        if (use is not null)
        {
            Mark(job, from, to, prefix, limit, taken, use);
        }

        return best * scale;
    }

    private void Mark(int job, int from, int to, double[] prefix, double limit, int taken, SlotUse use)
    {
        int equal = taken;
        for (int i = 0; i < taken; i++)
        {
            equal -= _cost[i] < limit ? 1 : 0;
        }

        int start = -1;
        for (int t = from; t < to; t++)
        {
            double cost = prefix[t + 1] - prefix[t];
            bool take = (_alwaysOpen || model.IsOpen(job, t)) && (cost < limit || (cost == limit && equal-- > 0));
            if (take)
            {
                start = start < 0 ? t : start;
            }
            else if (start >= 0)
            {
                use.Add(start, t);
                start = -1;
            }
        }

        if (start >= 0)
        {
            use.Add(start, to);
        }
    }
}
