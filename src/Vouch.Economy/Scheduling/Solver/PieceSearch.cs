namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// The cheapest run in several pieces with resume overhead and a least piece length, exactly, by dynamic programming over slots: O(window * pieces * run length).
/// Holds scratch memory: one per thread.
/// </summary>
internal sealed class PieceSearch(SolverModel model)
{
    /// <summary>The most table entries; a job that would need more is cut into fewer pieces than it might be.</summary>
    private const long LargestTable = 1L << 24;

    private const byte Idle = 0;
    private const byte Began = 1;
    private const byte Went = 2;

    private readonly double[] _slots = new double[model.SlotCount];
    private double[] _rest = [];
    private double[] _run = [];
    private byte[] _restFrom = [];
    private byte[] _runFrom = [];

    /// <summary>The pieces, or null where no run fits; <paramref name="best"/> is the sum of the prefix differences.</summary>
    /// <remarks>
    /// rest[t][m][u]: least cost of m finished pieces with u slots in all, all before slot t. run[t][m][u]: the same with the last piece ending exactly at t, at
    /// least the least length long. A piece begins with its least length at once and then grows slot by slot. A single piece may be shorter than the least length:
    /// it is looked at on its own.
    /// </remarks>
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
        Array.Fill(_rest, double.PositiveInfinity, 0, layer * (window + 1));
        Array.Fill(_run, double.PositiveInfinity, 0, layer * (window + 1));
        _rest[0] = 0;
        int freeRun = 0;
        for (int t = 1; t <= window; t++)
        {
            freeRun = fits[from + t - 1] ? freeRun + 1 : 0;
            double step = prefix[from + t] - prefix[from + t - 1];
            bool canBegin = freeRun >= rule.MinLength;
            double first = canBegin ? prefix[from + t] - prefix[from + t - rule.MinLength] : 0;
            int now = t * layer;
            int before = now - layer;
            int back = now - (rule.MinLength * layer);
            _rest[now] = 0;
            for (int m = 1; m <= most; m++)
            {
                int row = now + (m * stride);
                int high = Math.Min(longest, t);
                for (int u = m * rule.MinLength; u <= high; u++)
                {
                    double value = double.PositiveInfinity;
                    byte how = Idle;
                    if (freeRun > 0)
                    {
                        double grown = _run[before + (m * stride) + u - 1] + step;
                        if (grown < value)
                        {
                            (value, how) = (grown, Went);
                        }

                        if (canBegin)
                        {
                            double begun = _rest[back + ((m - 1) * stride) + u - rule.MinLength] + first;
                            if (begun < value)
                            {
                                (value, how) = (begun, Began);
                            }
                        }
                    }

                    _run[row + u] = value;
                    _runFrom[row + u] = how;
                    double idle = _rest[before + (m * stride) + u];
                    bool rests = idle <= value;
                    _rest[row + u] = rests ? idle : value;
                    _restFrom[row + u] = rests ? Idle : Went;
                }
            }
        }

        int pieces = 0;
        for (int m = 2; m <= most; m++)
        {
            double value = _rest[(window * layer) + (m * stride) + duration + (rule.Overhead * (m - 1))];
            if (value < best)
            {
                (best, pieces) = (value, m);
            }
        }

        return pieces == 0 ? result : Trace(pieces, duration + (rule.Overhead * (pieces - 1)), window, from, rule.MinLength, layer, stride);
    }

    /// <summary>The most pieces whose run could be cheaper than one piece even if it could pick any free slots.</summary>
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

    private Segment[] Trace(int pieces, int used, int window, int from, int minLength, int layer, int stride)
    {
        var found = new Segment[pieces];
        int t = window;
        for (int m = pieces; m > 0; m--)
        {
            while (_restFrom[(t * layer) + (m * stride) + used] == Idle)
            {
                t--;
            }

            int end = t;
            while (_runFrom[(t * layer) + (m * stride) + used] == Went)
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
            _restFrom = new byte[size];
            _runFrom = new byte[size];
        }
    }
}
