using System.Runtime.CompilerServices;

namespace Vouch.Economy.Scheduling.Solver;

internal sealed partial class AugmentedLagrangian
{
    /// <summary>Gives a job its cheapest run at the first multipliers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Begin(int job)
    {
        int c = _classes.Of[job];
        int head = _model.Head[job];
        int due = Due(job);
        int length = _model.Duration[job];
        if (_shapeAt[job] >= 0)
        {
            BeginSplit(job, c, head, due, length);
            return;
        }

        double best = WindowKernel.Cheapest(_prefix, length, head, due - length - head + 1, out int start);
        start = best > _penalty[job] ? Rejected : start;
        _count[job] = 1;
        _start[job * MostRuns] = start;
        _weight[job * MostRuns] = 1;
        for (int t = start; start >= 0 && t < start + length; t++)
        {
            foreach (int r in _rowsOf[c])
            {
                double[] weight = _rows[r].Weight[c];
                _load[r][t] += weight[weight.Length == 1 ? 0 : t];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Solid(int[] chunk)
    {
        bool isFresh = true;
        foreach (int j in chunk)
        {
            isFresh &= !Solid(j, isFresh);
        }
    }

    /// <summary>Moves weight from a job's dearest run to its cheapest; returns whether it did. Sums that earlier moves made stale choose the runs, the prices of this moment
    /// decide.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Solid(int job, bool isFresh)
    {
        int c = _classes.Of[job];
        int head = _model.Head[job];
        int length = _model.Duration[job];
        int starts = Due(job) - length - head + 1;
        double best = Math.Min(_penalty[job], WindowKernel.Least(_prefix, length, head, starts));
        int at = job * MostRuns;
        int worst = -1;
        double dearest = best + (1e-12 * Math.Abs(best));
        for (int i = 0; i < _count[job]; i++)
        {
            int s = _start[at + i];
            double cost = s < 0 ? _penalty[job] : _prefix[s + length] - _prefix[s];
            Slack += _weight[at + i] * (cost - best);
            if (cost > dearest)
            {
                (worst, dearest) = (i, cost);
            }
        }

        if (worst < 0)
        {
            return false;
        }

        best = WindowKernel.Cheapest(_prefix, length, head, starts, out int start);
        if (best > _penalty[job])
        {
            (best, start) = (_penalty[job], Rejected);
        }

        double gain = isFresh ? dearest - best : Gain(job, c, _start[at + worst], start, length);
        if (gain <= 0)
        {
            return false;
        }

        int found = -1;
        for (int i = 0; i < _count[job]; i++)
        {
            found = _start[at + i] == start ? i : found;
        }

        double curve = CurvatureBetween(c, _start[at + worst], start, length);
        double share = curve > 0 ? Math.Min(_weight[at + worst], gain / curve) : _weight[at + worst];
        Shift(c, _start[at + worst], start, length, share);
        if (found < 0 && _count[job] == MostRuns && share < _weight[at + worst])
        {
            // No place for one more run: the lightest gives its weight to the new one.
            int lightest = -1;
            for (int i = 0; i < MostRuns; i++)
            {
                lightest = i != worst && (lightest < 0 || _weight[at + i] < _weight[at + lightest]) ? i : lightest;
            }

            Shift(c, _start[at + lightest], start, length, _weight[at + lightest]);
            _start[at + lightest] = start;
            found = lightest;
        }
        else if (found < 0)
        {
            found = _count[job]++;
            if (found == MostRuns)
            {
                found = worst;
                _count[job]--;
                _start[at + worst] = start;
                return true;
            }

            _start[at + found] = start;
            _weight[at + found] = 0;
        }

        _weight[at + found] += share;
        _weight[at + worst] -= share;
        if (_weight[at + worst] <= 1e-12)
        {
            int last = --_count[job];
            _start[at + worst] = _start[at + last];
            _weight[at + worst] = _weight[at + last];
        }

        return true;
    }

    /// <summary>How much cheaper one run is than another at the prices of this moment.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Gain(int job, int jobClass, int from, int to, int length)
    {
        double gain = (from < 0 ? _penalty[job] : 0) - (to < 0 ? _penalty[job] : 0);
        (int a, int b, int x, int y) = Difference(from, to, length);
        for (int t = a; t < b; t++)
        {
            gain += UnitNow(jobClass, t);
        }

        for (int t = x; t < y; t++)
        {
            gain -= UnitNow(jobClass, t);
        }

        return gain;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double CurvatureBetween(int jobClass, int from, int to, int length)
    {
        double curve = 0;
        (int a, int b, int x, int y) = Difference(from, to, length);
        for (int t = a; t < b; t++)
        {
            curve += Curvature(jobClass, t, enters: false);
        }

        for (int t = x; t < y; t++)
        {
            curve += Curvature(jobClass, t, enters: true);
        }

        return curve;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Shift(int jobClass, int from, int to, int length, double share)
    {
        (int a, int b, int x, int y) = Difference(from, to, length);
        for (int t = a; t < b; t++)
        {
            Load(jobClass, t, -share);
        }

        for (int t = x; t < y; t++)
        {
            Load(jobClass, t, share);
        }
    }

    /// <summary>The slots that only the one run uses, and those that only the other uses.</summary>
    private static (int A, int B, int X, int Y) Difference(int from, int to, int length)
    {
        if (from < 0 || to < 0 || Math.Abs(from - to) >= length)
        {
            return (Math.Max(from, 0), from < 0 ? 0 : from + length, Math.Max(to, 0), to < 0 ? 0 : to + length);
        }

        return from < to ? (from, to, from + length, to + length) : (to + length, from + length, to, from);
    }
}
