using System.Runtime.CompilerServices;

namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// The cheapest run in several pieces with resume overhead and a least piece length, exactly, by dynamic programming over slots: O(window * pieces * run length).
/// Holds scratch memory: one per thread.
/// </summary>
internal sealed class PieceSearch(SolverModel model)
{
    /// <summary>The most table entries; a job that would need more is cut into fewer pieces than it might be.</summary>
    private const long LargestTable = 1L << 24;

    private readonly double[] _slots = new double[model.SlotCount];
    private double[] _rest = [];
    private double[] _run = [];

    /// <summary>The pieces, or null where no run fits; <paramref name="best"/> is the sum of the prefix differences.</summary>
    /// <remarks>
    /// rest[t][m][u]: least cost of m finished pieces with u slots in all, all before slot t. run[t][m][u]: the same with the last piece ending exactly at t, at
    /// least the least length long. A piece begins with its least length at once and then grows slot by slot. A single piece may be shorter than the least length:
    /// it is looked at on its own.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Segment[]? Cheapest(int job, bool[] fits, int from, int to, double[] prefix, out double best)
    {
        int window = to - from;
        int duration = model.Duration[job];
        PieceRule rule = model.Pieces[job];
        int most = rule.MostPieces(duration, window);
        Segment[]? result = OnePiece(duration, fits, from, to, prefix, out best);
        most = MostThatMayPay(rule, duration, most, fits, from, to, prefix, best);
        while (most > 1 && TableSize(duration, rule, most, window) > LargestTable)
        {
            most /= 2;
        }

        if (most < 2)
        {
            return result;
        }

        int longest = duration + (rule.Overhead * (most - 1));
        int stride = longest + 1;
        int layer = (most + 1) * stride;
        Grow(layer * (window + 1));
        FillTables(rule.MinLength, longest, most, fits.AsSpan(from, window), prefix.AsSpan(from, window + 1));

        int pieces = 0;
        for (int m = 2; m <= most; m++)
        {
            // Pieces that would have to be shorter than the least length have no entry.
            int used = duration + (rule.Overhead * (m - 1));
            double value = used < m * rule.MinLength ? double.PositiveInfinity : _rest[(window * layer) + (m * stride) + used];
            if (value < best)
            {
                (best, pieces) = (value, m);
            }
        }

        return pieces == 0 ? result : Trace(pieces, duration + (rule.Overhead * (pieces - 1)), window, from, rule.MinLength, layer, stride, prefix);
    }

    /// <summary>Whether the tables are large enough for every job of a model.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool IsExact(SolverModel model)
    {
        for (int j = 0; j < model.JobCount; j++)
        {
            int window = Math.Max(0, model.HardDue[j] - model.Head[j]);
            PieceRule rule = model.Pieces[j];
            if (rule.Kind == PieceKind.Pieces && TableSize(model.Duration[j], rule, rule.MostPieces(model.Duration[j], window), window) > LargestTable)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Every row is filled from what m pieces use at least up to what fits before its slot, with one entry at either side that says that nothing is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillTables(int least, int longest, int most, ReadOnlySpan<bool> fits, ReadOnlySpan<double> prefix)
    {
        int stride = longest + 1;
        int layer = (most + 1) * stride;
        int freeRun = 0;
        for (int t = 0; t < prefix.Length; t++)
        {
            freeRun = t > 0 && fits[t - 1] ? freeRun + 1 : 0;
            double step = t > 0 ? prefix[t] - prefix[t - 1] : 0;
            bool canBegin = freeRun >= least;
            double first = canBegin ? prefix[t] - prefix[t - least] : double.PositiveInfinity;
            int high = Math.Min(longest, t);
            for (int m = 1; m <= most; m++)
            {
                int low = m * least;
                int now = (t * layer) + (m * stride);
                if (low > longest)
                {
                    break;
                }

                _run[now + low - 1] = _rest[now + low - 1] = double.PositiveInfinity;
                int behind = Math.Max(low, high + 1);
                if (behind <= longest)
                {
                    _run[now + behind] = _rest[now + behind] = double.PositiveInfinity;
                }

                if (high < low)
                {
                    continue;
                }

                Span<double> run = _run.AsSpan(now + low, high - low + 1);
                Span<double> rest = _rest.AsSpan(now + low, run.Length);
                ReadOnlySpan<double> idle = _rest.AsSpan(now - layer + low, run.Length);
                if (freeRun == 0)
                {
                    run.Fill(double.PositiveInfinity);
                    idle.CopyTo(rest);
                    continue;
                }

                ReadOnlySpan<double> grown = _run.AsSpan(now - layer + low - 1, run.Length);
                if (m > 1 && canBegin)
                {
                    WindowKernel.Grow(run, rest, idle, grown, step, _rest.AsSpan(now - (least * layer) - stride + low - least, run.Length), first);
                    continue;
                }

                // The first piece begins where nothing was used before: with its least length at once.
                WindowKernel.Grow(run, rest, idle, grown, step);
                if (m == 1 && first < run[0])
                {
                    run[0] = first;
                    rest[0] = Math.Min(rest[0], first);
                }
            }
        }
    }

    /// <summary>The most pieces whose run could be cheaper than one piece even if it could pick any free slots.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int MostThatMayPay(PieceRule rule, int duration, int most, bool[] fits, int from, int to, double[] prefix, double onePiece)
    {
        if (most < 2)
        {
            return most;
        }

        int count = 0;
        for (int t = from; t < to; t++)
        {
            if (fits[t])
            {
                _slots[count++] = prefix[t + 1] - prefix[t];
            }
        }

        if (count < duration)
        {
            return 1;
        }

        Array.Sort(_slots, 0, count);
        double sum = 0;
        int pays = 1;
        int taken = 0;
        for (int pieces = 1; pieces <= most && duration + (rule.Overhead * (pieces - 1)) <= count; pieces++)
        {
            while (taken < duration + (rule.Overhead * (pieces - 1)))
            {
                sum += _slots[taken++];
            }

            pays = pieces > 1 && sum < onePiece ? pieces : pays;
        }

        return pays;
    }

    private static long TableSize(int duration, PieceRule rule, int most, int window) =>
        (duration + ((long)rule.Overhead * (most - 1)) + 1) * (most + 1) * (window + 1);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Segment[]? OnePiece(int duration, bool[] fits, int from, int to, double[] prefix, out double best)
    {
        best = double.PositiveInfinity;
        int start = -1;
        int run = 0;
        for (int t = from; t < to; t++)
        {
            run = fits[t] ? run + 1 : 0;
            if (run >= duration && prefix[t + 1] - prefix[t + 1 - duration] < best)
            {
                best = prefix[t + 1] - prefix[t + 1 - duration];
                start = t + 1 - duration;
            }
        }

        return start < 0 ? null : [new Segment(start, duration)];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Segment[] Trace(int pieces, int used, int window, int from, int minLength, int layer, int stride, double[] prefix)
    {
        var found = new Segment[pieces];
        int t = window;
        for (int m = pieces; m > 0; m--)
        {
            int row = m * stride;
            while (_rest[((t - 1) * layer) + row + used].Equals(_rest[(t * layer) + row + used]))
            {
                t--;
            }

            int end = t;
            while (used > m * minLength
                && (_run[((t - 1) * layer) + row + used - 1] + (prefix[from + t] - prefix[from + t - 1])).Equals(_run[(t * layer) + row + used]))
            {
                t--;
                used--;
            }

            t -= minLength;
            used -= minLength;
            found[m - 1] = new Segment(from + t, end - t);
        }

        return found;
    }

    private void Grow(int size)
    {
        if (_rest.Length < size)
        {
            _rest = new double[size];
            _run = new double[size];
        }
    }
}
