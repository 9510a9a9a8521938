namespace Vouch.Economy.Scheduling.Solver;

internal sealed partial class ExactSearch
{
    /// <summary>Follows precedence between what is left open; returns false where nothing is.</summary>
    private bool Propagate(ExactNode node)
    {
        for (bool changed = _model.HasPrecedence; changed;)
        {
            changed = false;
            foreach (int s in _model.Topological)
            {
                foreach (int p in _model.Predecessors[s])
                {
                    if (!node.MayRun[p] && node.MayRun[s])
                    {
                        node.MayRun[s] = false;
                        changed = true;
                    }

                    if (!node.MayReject[s] && node.MayReject[p])
                    {
                        node.MayReject[p] = false;
                        changed = true;
                    }

                    if (node.MayRun[s] && node.MayRun[p])
                    {
                        changed |= StrikeBefore(node, s, EarliestEnd(node, p));
                        changed |= !node.MayReject[s] && StrikeBehind(node, p, LatestStart(node, s));
                    }
                }
            }
        }

        for (int j = 0; j < _model.JobCount; j++)
        {
            if (!node.MayRun[j] && !node.MayReject[j])
            {
                return false;
            }
        }

        return true;
    }

    private int EarliestEnd(ExactNode node, int job)
    {
        if (_model.Pieces[job].Kind == PieceKind.One)
        {
            return First(node.Allow, job) + _model.Duration[job];
        }

        int left = _model.Duration[job];
        int t = First(node.Allow, job);
        for (; left > 0 && t < _slots; t++)
        {
            left -= Has(node.Allow, job, t) ? 1 : 0;
        }

        return Math.Max(t, Last(node.Force, job) + 1);
    }

    private int LatestStart(ExactNode node, int job)
    {
        if (_model.Pieces[job].Kind == PieceKind.One)
        {
            return Last(node.Allow, job);
        }

        int left = _model.Duration[job];
        int t = Last(node.Allow, job);
        for (; t >= 0; t--)
        {
            left -= Has(node.Allow, job, t) ? 1 : 0;
            if (left == 0)
            {
                break;
            }
        }

        return Math.Min(t, First(node.Force, job));
    }

    /// <summary>Strikes out what begins before a slot; returns whether there was any.</summary>
    private bool StrikeBefore(ExactNode node, int job, int slot)
    {
        bool changed = false;
        for (int t = First(node.Allow, job); t < slot && t < _slots; t++)
        {
            changed |= Strike(node, job, t);
        }

        return changed;
    }

    /// <summary>Strikes out what ends behind a slot; returns whether there was any.</summary>
    private bool StrikeBehind(ExactNode node, int job, int slot)
    {
        bool changed = false;
        int length = _model.Pieces[job].Kind == PieceKind.One ? _model.Duration[job] : 1;
        for (int t = Last(node.Allow, job); t >= 0 && t + length > slot; t--)
        {
            changed |= Strike(node, job, t);
        }

        return changed;
    }

    private bool Strike(ExactNode node, int job, int t)
    {
        if (!Has(node.Allow, job, t))
        {
            return false;
        }

        Clear(node.Allow, job, t);
        bool solid = _model.Pieces[job].Kind == PieceKind.One;
        if (Count(node.Allow, job) < (solid ? 1 : _model.Duration[job]) || (!solid && Has(node.Force, job, t)))
        {
            node.MayRun[job] = false;
        }

        return true;
    }

    /// <summary>Strikes out what no plan cheaper than the best one can hold, by the reduced costs at the node's prices; returns false where nothing is left.</summary>
    private bool Strike(ExactNode node)
    {
        double bound = -RowKernel.Dot(_room, node.Prices);
        foreach (double cost in _jobCost)
        {
            bound += cost;
        }

        double spare = Limit - bound;
        if (spare < 0)
        {
            return false;
        }

        for (int j = 0; j < _model.JobCount; j++)
        {
            double most = _jobCost[j] + spare;
            node.MayReject[j] &= _penalty[j] <= most;
            if (!node.MayRun[j])
            {
                continue;
            }

            switch (_model.Pieces[j].Kind)
            {
                case PieceKind.One:
                    double[] prefix = _prefix[_classes.Of[j]];
                    int length = _model.Duration[j];
                    for (int t = First(node.Allow, j); t + length <= _slots; t++)
                    {
                        if (prefix[t + length] - prefix[t] > most)
                        {
                            Strike(node, j, t);
                        }
                    }

                    break;

                case PieceKind.AnySlots when _start[j] >= 0:
                    StrikeSlots(node, j, spare);
                    break;
            }
        }

        return true;
    }

    /// <summary>Strikes out the slots that cost too much more than the dearest used one, and holds those that cost too much less than the cheapest left free.</summary>
    private void StrikeSlots(ExactNode node, int job, double spare)
    {
        double[] unit = _unit[_classes.Of[job]];
        double dearest = double.NegativeInfinity;
        double cheapest = double.PositiveInfinity;
        for (int t = _model.Head[job]; t < _model.HardDue[job]; t++)
        {
            if (Has(node.Allow, job, t) && !Has(node.Force, job, t))
            {
                bool used = Has(_run, job, t);
                dearest = used ? Math.Max(dearest, unit[t]) : dearest;
                cheapest = used ? cheapest : Math.Min(cheapest, unit[t]);
            }
        }

        for (int t = _model.Head[job]; t < _model.HardDue[job]; t++)
        {
            if (!Has(node.Allow, job, t) || Has(node.Force, job, t))
            {
                continue;
            }

            if (!Has(_run, job, t))
            {
                if (unit[t] - dearest > spare)
                {
                    Strike(node, job, t);
                }
            }
            else if (cheapest - unit[t] > spare && !node.MayReject[job])
            {
                Set(node.Force, job, t);
            }
        }
    }
}
