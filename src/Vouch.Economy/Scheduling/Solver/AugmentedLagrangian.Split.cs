namespace Vouch.Economy.Scheduling.Solver;

internal sealed partial class AugmentedLagrangian
{
    private const int MostSwaps = 8;

    /// <summary>The slots of a job that may use any: shares between 0 and 1 that add up to its duration, as floats; -1 in front of none.</summary>
    public ReadOnlySpan<float> Shape(int job) => _shapeAt[job] < 0 ? [] : _shape.AsSpan(_shapeAt[job], Window(job));

    private void BeginSplit(int job, int jobClass, int head, int due, int length)
    {
        double[] keys = _unit.AsSpan(head, due - head).ToArray();
        int[] slots = [.. Enumerable.Range(head, due - head)];
        Array.Sort(keys, slots);
        double cost = 0;
        for (int i = 0; i < length; i++)
        {
            _shape[_shapeAt[job] + slots[i] - head] = 1;
            cost += keys[i];
        }

        // The weight of the first entry is the share that runs at all.
        bool runs = cost <= _penalty[job];
        _weight[job * MostRuns] = runs ? 1 : 0;
        for (int i = 0; runs && i < length; i++)
        {
            foreach (int r in _rowsOf[jobClass])
            {
                double[] weight = _rows[r].Weight[jobClass];
                _load[r][slots[i]] += weight[weight.Length == 1 ? 0 : slots[i]];
            }
        }
    }

    private void Split(int job)
    {
        int c = _classes.Of[job];
        int head = _model.Head[job];
        int due = Due(job);
        Charge(c, head, due);
        Span<float> shape = _shape.AsSpan(_shapeAt[job], due - head);
        ReadOnlySpan<double> unit = _unit.AsSpan(head, due - head);
        ref double runs = ref _weight[job * MostRuns];
        for (int swap = 0; swap < MostSwaps; swap++)
        {
            int cheapest = -1;
            int dearest = -1;
            double low = double.PositiveInfinity;
            double high = double.NegativeInfinity;
            for (int i = 0; i < unit.Length; i++)
            {
                double u = unit[i];
                float x = shape[i];
                if (x < 1 && u < low)
                {
                    (low, cheapest) = (u, i);
                }

                if (x > 0 && u > high)
                {
                    (high, dearest) = (u, i);
                }
            }

            double gain = high - low;
            if (!(gain > 1e-12 * Math.Abs(high)))
            {
                break;
            }

            if (swap == 0)
            {
                Slack += gain * runs;
            }

            double most = Math.Min(shape[dearest], 1 - shape[cheapest]);
            double curve = runs * (Curvature(c, head + dearest, enters: false) + Curvature(c, head + cheapest, enters: true));
            double share = curve > 0 ? Math.Min(most, gain / curve) : most;
            float less = (float)(shape[dearest] - share);
            float more = (float)(shape[cheapest] + share);
            less = less < 1e-6f ? 0 : less;
            more = more > 1 - 1e-6f ? 1 : more;
            Load(c, head + dearest, runs * (less - (double)shape[dearest]));
            Load(c, head + cheapest, runs * (more - (double)shape[cheapest]));
            shape[dearest] = less;
            shape[cheapest] = more;
            Charge(c, head + dearest, head + dearest + 1);
            Charge(c, head + cheapest, head + cheapest + 1);
        }

        double cost = 0;
        for (int i = 0; i < unit.Length; i++)
        {
            cost += shape[i] * unit[i];
        }

        double change = 0;
        if (cost > _penalty[job] && runs > 0)
        {
            change = -runs;
        }
        else if (cost < _penalty[job] && runs < 1)
        {
            change = 1 - runs;
        }

        if (change != 0)
        {
            double curve = 0;
            for (int i = 0; i < unit.Length; i++)
            {
                curve += shape[i] > 0 ? shape[i] * shape[i] * Curvature(c, head + i, enters: change > 0) : 0;
            }

            double limit = curve > 0 ? Math.Abs(_penalty[job] - cost) / curve : 1;
            change = Math.Clamp(change, -limit, limit);
            for (int i = 0; i < unit.Length; i++)
            {
                if (shape[i] > 0)
                {
                    Load(c, head + i, change * shape[i]);
                }
            }

            runs += change;
        }
    }
}
