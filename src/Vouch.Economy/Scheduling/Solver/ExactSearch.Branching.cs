namespace Vouch.Economy.Scheduling.Solver;

internal sealed partial class ExactSearch
{
    private enum DecisionKind
    {
        None,

        /// <summary>Start up to a slot, or later.</summary>
        Start,

        /// <summary>Use a slot, or do not.</summary>
        Slot,

        /// <summary>Run, or be rejected.</summary>
        Rejection,

        /// <summary>The one job ends up to a slot, or the other begins behind it.</summary>
        Order,
    }

    private Decision Choose(ExactNode node)
    {
        if (_model.HasPrecedence && Broken(out int before, out int after))
        {
            if (_start[before] < 0)
            {
                return node.MayReject[after] ? new Decision(DecisionKind.Rejection, after, 0, 0, First: true) : new Decision(DecisionKind.Rejection, before, 0, 0, First: true);
            }

            return new Decision(DecisionKind.Order, before, after, (_start[after] + EndOf(before)) / 2, First: true);
        }

        var best = default(Decision);
        double most = 1e-9;
        double samples = Math.Max(1, _sampled);
        for (int j = 0; j < _model.JobCount; j++)
        {
            double size = _model.Demand[j * _model.ResourceCount];
            double rejected = _meanRejected[j] / samples;
            if (node.MayRun[j] && node.MayReject[j] && Math.Min(rejected, 1 - rejected) * size * _model.Duration[j] is var doubt && doubt > most)
            {
                (most, best) = (doubt, new Decision(DecisionKind.Rejection, j, 0, 0, First: rejected < 0.5));
            }

            if (!node.MayRun[j])
            {
                continue;
            }

            if (_model.Pieces[j].Kind == PieceKind.One)
            {
                doubt = size * Spread(j, out int split);
                if (doubt > most && split >= First(node.Allow, j) && split < Last(node.Allow, j))
                {
                    (most, best) = (doubt, new Decision(DecisionKind.Start, j, 0, split, First: _start[j] <= split));
                }
            }
            else
            {
                doubt = size * Doubt(node, j, out int slot);
                if (doubt > most)
                {
                    (most, best) = (doubt, new Decision(DecisionKind.Slot, j, 0, slot, First: Has(_run, j, slot)));
                }
            }
        }

        return best.Kind == DecisionKind.None ? AnyDecision(node) : best;
    }

    /// <summary>How far the starts of a job stray, in slots up to its duration, and the slot that parts them best.</summary>
    private double Spread(int job, out int split)
    {
        ReadOnlySpan<double> mean = _mean.AsSpan(job * _slots, _slots);
        double total = 0;
        double center = 0;
        for (int t = _model.Head[job]; t < _model.HardDue[job]; t++)
        {
            total += mean[t];
            center += mean[t] * t;
        }

        split = -1;
        if (total == 0)
        {
            return 0;
        }

        center /= total;
        double spread = 0;
        for (int t = _model.Head[job]; t < _model.HardDue[job]; t++)
        {
            spread += mean[t] * Math.Min(_model.Duration[job], Math.Abs(t - center));
        }

        split = (int)Math.Floor(center);
        return spread / Math.Max(1, _sampled);
    }

    private double Doubt(ExactNode node, int job, out int slot)
    {
        double doubt = 0;
        double most = -1;
        slot = -1;
        for (int t = _model.Head[job]; t < _model.HardDue[job]; t++)
        {
            double share = _mean[(job * _slots) + t] / Math.Max(1, _sampled);
            double open = Math.Min(share, 1 - share);
            if (open > 0 && Has(node.Allow, job, t) && !Has(node.Force, job, t))
            {
                doubt += open;
                (most, slot) = open > most ? (open, t) : (most, slot);
            }
        }

        return slot < 0 ? 0 : doubt;
    }

    /// <summary>Where the runs on the way all agree: any decision that is still open.</summary>
    private Decision AnyDecision(ExactNode node)
    {
        for (int j = 0; j < _model.JobCount; j++)
        {
            if (node.MayRun[j] && node.MayReject[j])
            {
                return new Decision(DecisionKind.Rejection, j, 0, 0, First: _start[j] >= 0);
            }

            if (!node.MayRun[j])
            {
                continue;
            }

            if (_model.Pieces[j].Kind == PieceKind.One)
            {
                int first = First(node.Allow, j);
                int last = Last(node.Allow, j);
                if (first < last)
                {
                    return new Decision(DecisionKind.Start, j, 0, (first + last) / 2, First: _start[j] <= (first + last) / 2);
                }
            }
            else
            {
                for (int t = _model.Head[j]; t < _model.HardDue[j] && Count(node.Allow, j) > Count(node.Force, j); t++)
                {
                    if (Has(node.Allow, j, t) && !Has(node.Force, j, t) && (_model.Pieces[j].Kind == PieceKind.Pieces || Count(node.Force, j) < _model.Duration[j]))
                    {
                        return new Decision(DecisionKind.Slot, j, 0, t, First: Has(_run, j, t));
                    }
                }
            }
        }

        return default;
    }

    /// <summary>Narrows a node to one side of a decision; returns false where nothing is left.</summary>
    private bool Apply(ExactNode node, Decision decision, bool yes)
    {
        int j = decision.Job;
        switch (decision.Kind)
        {
            case DecisionKind.Rejection:
                node.MayRun[j] &= yes;
                node.MayReject[j] &= !yes;
                break;

            case DecisionKind.Start when yes:
                StrikeBehind(node, j, decision.At + _model.Duration[j]);
                break;

            case DecisionKind.Start:
                StrikeBefore(node, j, decision.At + 1);
                break;

            case DecisionKind.Slot when yes:
                // A rejected job uses no slot: that is on the other side.
                Set(node.Force, j, decision.At);
                node.MayReject[j] = false;
                break;

            case DecisionKind.Slot:
                Strike(node, j, decision.At);
                break;

            case DecisionKind.Order when yes:
                StrikeBehind(node, j, decision.At);
                break;

            case DecisionKind.Order:
                StrikeBefore(node, decision.Other, decision.At + 1);
                break;
        }

        return node.MayRun[j] || node.MayReject[j];
    }

    /// <summary>A question that parts a node: <paramref name="First"/> says which answer to follow first.</summary>
    private readonly record struct Decision(DecisionKind Kind, int Job, int Other, int At, bool First);
}
