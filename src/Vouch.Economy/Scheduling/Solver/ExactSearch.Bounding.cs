using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vouch.Economy.Scheduling.Solver;

internal sealed partial class ExactSearch
{
    /// <summary>How many steps without a gain shorten the steps.</summary>
    private const int Patience = 4;

    private const double Shorter = 0.6;

    /// <summary>Moves the node's prices uphill; returns the bound. Leaves the mean of the relaxed runs on the way, and the runs at the best prices.</summary>
    private double Raise(ExactNode node, int steps)
    {
        Array.Clear(_mean);
        Array.Clear(_meanRejected);
        Array.Clear(_direction);
        _sampled = 0;
        node.Prices.CopyTo(_trial, 0);
        double best = double.NegativeInfinity;
        double length = 1;
        int stale = 0;
        for (int step = 0; ; step++)
        {
            double value = Evaluate(node, _trial);
            if (value > best)
            {
                best = value;
                _trial.CopyTo(_bestPrices, 0);
                stale = 0;
            }
            else if (++stale >= Patience)
            {
                stale = 0;
                length *= Shorter;
            }

            if (best > Limit || step >= steps)
            {
                break;
            }

            if (step >= steps / 4)
            {
                Sample();
            }

            double norm = Direct();
            if (norm == 0)
            {
                break;
            }

            Move(length * Math.Max(UpperBound - value, _unitOfCost) / norm);
        }

        _bestPrices.CopyTo(node.Prices, 0);
        return best > Limit ? best : Evaluate(node, node.Prices);
    }

    /// <summary>The next direction: the excess, with so much of the last direction that the two do not work against each other. Returns the square of its length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Direct()
    {
        Span<double> excess = _load;
        ReadOnlySpan<double> row = _trial;
        Span<double> direction = _direction;
        var alongs = Vector<double>.Zero;
        var lasts = Vector<double>.Zero;
        int i = 0;
        for (; i <= excess.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var e = new Vector<double>(excess[i..]);
            var d = new Vector<double>(direction[i..]);
            e = Vector.ConditionalSelect(Vector.GreaterThan(new Vector<double>(row[i..]), Vector<double>.Zero), e, Vector.Max(e, Vector<double>.Zero));
            e.CopyTo(excess[i..]);
            alongs += e * d;
            lasts += d * d;
        }

        double along = Vector.Sum(alongs);
        double last = Vector.Sum(lasts);
        for (; i < excess.Length; i++)
        {
            excess[i] = row[i] <= 0 && excess[i] < 0 ? 0 : excess[i];
            along += excess[i] * direction[i];
            last += direction[i] * direction[i];
        }

        double keep = along < 0 && last > 0 ? -1.5 * along / last : 0;
        double norm = 0;
        var norms = Vector<double>.Zero;
        for (i = 0; i <= excess.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<double> d = new Vector<double>(excess[i..]) + (new Vector<double>(direction[i..]) * keep);
            d.CopyTo(direction[i..]);
            norms += d * d;
        }

        norm = Vector.Sum(norms);
        for (; i < excess.Length; i++)
        {
            direction[i] = excess[i] + (keep * direction[i]);
            norm += direction[i] * direction[i];
        }

        return norm;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Move(double stride)
    {
        Span<double> row = _trial;
        ReadOnlySpan<double> direction = _direction;
        int i = 0;
        for (; i <= row.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector.Max(new Vector<double>(row[i..]) + (new Vector<double>(direction[i..]) * stride), Vector<double>.Zero).CopyTo(row[i..]);
        }

        for (; i < row.Length; i++)
        {
            row[i] = Math.Max(0, row[i] + (stride * direction[i]));
        }
    }

    private void Sample()
    {
        _sampled++;
        for (int j = 0; j < _model.JobCount; j++)
        {
            if (_start[j] < 0)
            {
                _meanRejected[j]++;
            }
            else if (_model.Pieces[j].Kind == PieceKind.One)
            {
                _mean[(j * _slots) + _start[j]]++;
            }
            else
            {
                for (int t = _model.Head[j]; t < _model.HardDue[j]; t++)
                {
                    _mean[(j * _slots) + t] += Has(_run, j, t) ? 1 : 0;
                }
            }
        }
    }

    /// <summary>The bound at some prices: every job at its cheapest run that the node allows. Leaves the runs and how far they exceed each row; takes a plan that exceeds none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Evaluate(ExactNode node, double[] prices)
    {
        double total = -RowKernel.Dot(_room, prices);
        _minusRoom.CopyTo(_load, 0);
        Charge(prices);
        double cost = 0;
        for (int j = 0; j < _model.JobCount; j++)
        {
            double run = !node.MayRun[j] ? double.PositiveInfinity : _model.Pieces[j].Kind switch
            {
                PieceKind.One => Solid(node, j),
                PieceKind.AnySlots => AnySlots(node, j),
                _ => Pieces(node, j),
            };
            if (node.MayReject[j] && _penalty[j] <= run)
            {
                run = _penalty[j];
                cost += run;
                _start[j] = -1;
            }
            else if (double.IsPositiveInfinity(run))
            {
                return double.PositiveInfinity;
            }
            else
            {
                cost += Occupy(j);
            }

            _jobCost[j] = run;
            total += run;
        }

        if (cost <= Limit && IsFeasible())
        {
            Take(cost);
        }

        return total;
    }

    private void Charge(double[] prices)
    {
        for (int c = 0; c < _unit.Length; c++)
        {
            double[] unit = _unit[c];
            _base[c].CopyTo(unit, 0);
            for (int r = 0; r < _rows.Count; r++)
            {
                ReadOnlySpan<double> row = prices.AsSpan(r * _slots, _slots);
                double factor = _factor[(r * _unit.Length) + c];
                if (double.IsNaN(factor))
                {
                    double[] weight = _weight[(r * _unit.Length) + c];
                    for (int t = 0; t < unit.Length; t++)
                    {
                        unit[t] += weight[t] * row[t];
                    }
                }
                else if (factor > 0)
                {
                    RowKernel.AddScaled(unit, row, factor);
                }
            }

            RowKernel.Sum(unit, _prefix[c]);
            if (!_isSorted[c])
            {
                continue;
            }

            // All but sorted from the last time.
            int[] order = _order[c];
            for (int i = 1; i < order.Length; i++)
            {
                int slot = order[i];
                double key = unit[slot];
                int at = i;
                for (; at > 0 && (unit[order[at - 1]] > key || (unit[order[at - 1]] == key && order[at - 1] > slot)); at--)
                {
                    order[at] = order[at - 1];
                }

                order[at] = slot;
            }
        }
    }

    private bool IsFeasible()
    {
        for (int r = 0; r < _rows.Count; r++)
        {
            if (_rows[r].Quotient == 0 && _load.AsSpan(r * _slots, _slots).ContainsAnyExceptInRange(double.NegativeInfinity, 0))
            {
                return false;
            }
        }

        return !_model.HasPrecedence || Broken(out _, out _) == false;
    }

    /// <summary>Whether the relaxed runs break an arc of precedence, and which.</summary>
    private bool Broken(out int before, out int after)
    {
        for (after = 0; after < _model.JobCount; after++)
        {
            foreach (int p in _start[after] < 0 ? [] : _model.Predecessors[after])
            {
                if (_start[p] < 0 || EndOf(p) > _start[after])
                {
                    before = p;
                    return true;
                }
            }
        }

        before = -1;
        return false;
    }

    private int EndOf(int job) => _model.Pieces[job].Kind == PieceKind.One ? _start[job] + _model.Duration[job] : Last(_run, job) + 1;

    private void Take(double cost)
    {
        UpperBound = cost;
        FoundBetter = true;
        Array.Clear(_bestRun);
        for (int j = 0; j < _model.JobCount; j++)
        {
            if (_start[j] < 0)
            {
                continue;
            }

            if (_model.Pieces[j].Kind == PieceKind.One)
            {
                for (int t = _start[j]; t < _start[j] + _model.Duration[j]; t++)
                {
                    Set(_bestRun, j, t);
                }
            }
            else
            {
                _run.AsSpan(j * _words, _words).CopyTo(_bestRun.AsSpan(j * _words));
                _bestPieces[j] = _pieces[j];
            }
        }
    }
}
