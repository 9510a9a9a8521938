using System.Numerics;

namespace Vouch.Economy.Scheduling.Solver;

internal sealed partial class ExactSearch
{
    private double Solid(ExactNode node, int job)
    {
        double[] prefix = _prefix[_classes.Of[job]];
        int length = _model.Duration[job];
        double best = double.PositiveInfinity;
        for (int w = 0; w < _words; w++)
        {
            for (ulong bits = node.Allow[(job * _words) + w]; bits != 0; bits &= bits - 1)
            {
                int start = (w * WordBits) + BitOperations.TrailingZeroCount(bits);
                double cost = prefix[start + length] - prefix[start];
                if (cost < best)
                {
                    (best, _start[job]) = (cost, start);
                }
            }
        }

        return best;
    }

    private double AnySlots(ExactNode node, int job)
    {
        double[] unit = _unit[_classes.Of[job]];
        int missing = _model.Duration[job];
        double cost = 0;
        Span<ulong> run = _run.AsSpan(job * _words, _words);
        node.Force.AsSpan(job * _words, _words).CopyTo(run);
        for (int w = 0; w < _words; w++)
        {
            for (ulong bits = run[w]; bits != 0; bits &= bits - 1)
            {
                cost += unit[(w * WordBits) + BitOperations.TrailingZeroCount(bits)];
                missing--;
            }
        }

        if (missing < 0)
        {
            return double.PositiveInfinity;
        }

        foreach (int t in _order[_classes.Of[job]])
        {
            if (missing == 0)
            {
                break;
            }

            if (Has(node.Allow, job, t) && !Has(_run, job, t))
            {
                Set(_run, job, t);
                cost += unit[t];
                missing--;
            }
        }

        _start[job] = First(_run, job);
        return missing == 0 ? cost : double.PositiveInfinity;
    }

    private double Pieces(ExactNode node, int job)
    {
        int from = First(node.Allow, job);
        int to = Last(node.Allow, job) + 1;
        double[] prefix = _prefix[_classes.Of[job]];
        double reward = 0;
        int forced = Count(node.Force, job);
        for (int t = from; t < to; t++)
        {
            _open[t] = Has(node.Allow, job, t);
        }

        if (forced > 0)
        {
            // A reward no detour is worth makes the run use the slots that it must.
            reward = 4 * Math.Max(1, Math.Abs(UpperBound));
            _forcedPrefix[from] = 0;
            for (int t = from; t < to; t++)
            {
                _forcedPrefix[t + 1] = _forcedPrefix[t] + prefix[t + 1] - prefix[t] - (Has(node.Force, job, t) ? reward : 0);
            }

            prefix = _forcedPrefix;
        }

        Segment[]? pieces = to > from ? _pieceSearch.Cheapest(job, _open, from, to, prefix, out _) : null;
        if (pieces is null)
        {
            return double.PositiveInfinity;
        }

        Span<ulong> run = _run.AsSpan(job * _words, _words);
        run.Clear();
        double cost = 0;
        double[] unit = _unit[_classes.Of[job]];
        foreach (Segment piece in pieces)
        {
            for (int t = piece.Start; t < piece.End; t++)
            {
                Set(_run, job, t);
                cost += unit[t];
                forced -= Has(node.Force, job, t) ? 1 : 0;
            }
        }

        _pieces[job] = pieces;
        _start[job] = pieces[0].Start;
        return forced == 0 ? cost : double.PositiveInfinity;
    }

    /// <summary>Adds a run to the loads; returns what it costs at the price itself.</summary>
    private double Occupy(int job)
    {
        int c = _classes.Of[job];
        double[] price = _model.PricePrefix;
        double cost = 0;
        if (_model.Pieces[job].Kind == PieceKind.One)
        {
            int end = _start[job] + _model.Duration[job];
            for (int r = 0; r < _rows.Count; r++)
            {
                double[] weight = _weight[(r * _unit.Length) + c];
                Span<double> load = _load.AsSpan(r * _slots, _slots);
                for (int t = _start[job]; t < end; t++)
                {
                    load[t] += weight[t];
                }
            }

            cost = price[end] - price[_start[job]];
        }
        else
        {
            for (int w = 0; w < _words; w++)
            {
                for (ulong bits = _run[(job * _words) + w]; bits != 0; bits &= bits - 1)
                {
                    int t = (w * WordBits) + BitOperations.TrailingZeroCount(bits);
                    cost += price[t + 1] - price[t];
                    for (int r = 0; r < _rows.Count; r++)
                    {
                        _load[(r * _slots) + t] += _weight[(r * _unit.Length) + c][t];
                    }
                }
            }
        }

        return _model.Rate[job] * cost;
    }
}
