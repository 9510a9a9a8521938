using System.Runtime.CompilerServices;

namespace Vouch.Economy.Scheduling.Solver;

internal sealed partial class AugmentedLagrangian
{
    private const int MostSwaps = 3;

    /// <summary>The slots of a job that may use any: shares between 0 and 1 that add up to its duration, none where it runs in one piece.</summary>
    public ReadOnlySpan<double> Shape(int job) => _shapeAt[job] < 0 ? [] : _shape.AsSpan(_shapeAt[job], Window(job));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BeginSplit(int job, int jobClass, int head, int due, int length)
    {
        _unit.AsSpan(head, due - head).CopyTo(_scratch);
        double limit = Selection.Smallest(_scratch, due - head, length - 1);
        Span<double> shape = _shape.AsSpan(_shapeAt[job], due - head);
        int equal = length;
        for (int i = 0; i < length; i++)
        {
            equal -= _scratch[i] < limit ? 1 : 0;
        }

        double cost = 0;
        for (int i = 0; i < shape.Length; i++)
        {
            double unit = _unit[head + i];
            if (unit < limit || (unit == limit && equal-- > 0))
            {
                shape[i] = 1;
                cost += unit;
            }
        }

        // The weight of the first entry is the share that runs at all.
        bool runs = cost <= _penalty[job];
        _weight[job * MostRuns] = runs ? 1 : 0;
        for (int i = 0; runs && i < shape.Length; i++)
        {
            foreach (int r in shape[i] > 0 ? _rowsOf[jobClass] : [])
            {
                double[] weight = _rows[r].Weight[jobClass];
                _load[r][head + i] += weight[weight.Length == 1 ? 0 : head + i];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Split(int job)
    {
        int c = _classes.Of[job];
        int head = _model.Head[job];
        int due = Due(job);
        Span<double> shape = _shape.AsSpan(_shapeAt[job], due - head);
        ReadOnlySpan<double> unit = _unit.AsSpan(head, due - head);
        ref double runs = ref _weight[job * MostRuns];
        for (int swap = 0; swap < MostSwaps; swap++)
        {
            (double low, double high) = RowKernel.Extremes(unit, shape);
            double gain = high - low;
            if (!(gain > 1e-12 * Math.Abs(high)))
            {
                break;
            }

            int cheapest = unit.IndexOf(low);
            while (shape[cheapest] >= 1)
            {
                cheapest += 1 + unit[(cheapest + 1)..].IndexOf(low);
            }

            int dearest = unit.IndexOf(high);
            while (shape[dearest] <= 0)
            {
                dearest += 1 + unit[(dearest + 1)..].IndexOf(high);
            }

            if (swap == 0)
            {
                Slack += gain * runs;
            }

            double most = Math.Min(shape[dearest], 1 - shape[cheapest]);
            double curve = runs * (Curvature(c, head + dearest, enters: false) + Curvature(c, head + cheapest, enters: true));
            double share = curve > 0 ? Math.Min(most, gain / curve) : most;
            double less = share >= shape[dearest] ? 0 : shape[dearest] - share;
            double more = share >= 1 - shape[cheapest] ? 1 : shape[cheapest] + share;
            Load(c, head + dearest, runs * (less - shape[dearest]));
            Load(c, head + cheapest, runs * (more - shape[cheapest]));
            shape[dearest] = less;
            shape[cheapest] = more;
            Charge(c, head + dearest, head + dearest + 1);
            Charge(c, head + cheapest, head + cheapest + 1);
        }

        double cost = RowKernel.Dot(shape, unit);
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
