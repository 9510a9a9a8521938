namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// Puts a few jobs back together rather than one by one: depth-first branch and bound over the starts that are free, each job's in the order of its cost; jobs that may
/// use any slots fill in last, each at its cheapest. Holds scratch memory: one per search.
/// </summary>
internal sealed class JointInsertion(SolverModel model, RunSearch search, double[] penalty)
{
    public const int MostJobs = 7;

    /// <summary>After so many nodes the best found so far has to do.</summary>
    private const int MostNodes = 1_500;

    private readonly int[] _jobs = new int[MostJobs];
    private readonly int[][] _starts = [.. Enumerable.Range(0, MostJobs).Select(_ => new int[model.SlotCount + 1])];
    private readonly double[][] _costs = [.. Enumerable.Range(0, MostJobs).Select(_ => new double[model.SlotCount + 1])];
    private readonly int[] _counts = new int[MostJobs];
    private readonly double[] _rest = new double[MostJobs + 1];
    private readonly int[] _chosen = new int[MostJobs];
    private readonly int[] _best = new int[MostJobs];
    private readonly double[] _keys = new double[MostJobs];
    private SlotPlan _plan = null!;
    private int _solid;
    private int _count;
    private int _nodes;
    private double _limit;
    private bool _found;

    /// <summary>Places the jobs at the least joint cost found below a limit; returns that cost, or infinity with nothing placed.</summary>
    public double Place(SlotPlan plan, ReadOnlySpan<int> jobs, double limit)
    {
        _plan = plan;
        _count = jobs.Length;
        _nodes = 0;
        _limit = limit;
        _found = false;
        for (int i = 0; i < _count; i++)
        {
            int j = jobs[i];
            _jobs[i] = j;
            _keys[i] = model.Pieces[j].Kind == PieceKind.AnySlots
                ? double.PositiveInfinity
                : -model.Duration[j] * model.Demand[j * model.ResourceCount];
        }

        Array.Sort(_keys, _jobs, 0, _count);
        _solid = 0;
        _rest[_count] = 0;
        double least = 0;
        for (int i = 0; i < _count; i++)
        {
            int j = _jobs[i];
            if (model.Pieces[j].Kind != PieceKind.AnySlots)
            {
                _solid = i + 1;
                _counts[i] = search.AllStarts(plan, j, plan.Earliest(j), plan.Latest(j), penalty[j], _starts[i], _costs[i]);
                least += _costs[i][0];
            }
            else
            {
                bool fits = search.Find(plan, j, plan.Earliest(j), plan.Latest(j), null, 0, false) && search.Cost < penalty[j];
                _costs[i][0] = fits ? search.Cost : penalty[j];
                least += _costs[i][0];
            }
        }

        if (least >= limit || double.IsPositiveInfinity(least))
        {
            return double.PositiveInfinity;
        }

        for (int i = _count - 1; i >= 0; i--)
        {
            _rest[i] = _rest[i + 1] + _costs[i][0];
        }

        Descend(0, 0);
        return _found ? Commit() : double.PositiveInfinity;
    }

    private void Descend(int depth, double cost)
    {
        if (depth == _solid)
        {
            double total = Fill(depth, cost, commit: false);
            if (total < _limit)
            {
                _limit = total;
                _found = true;
                Array.Copy(_chosen, _best, depth);
            }

            return;
        }

        int j = _jobs[depth];
        int[] starts = _starts[depth];
        double[] costs = _costs[depth];
        for (int i = 0; i < _counts[depth] && cost + costs[i] + _rest[depth + 1] < _limit && _nodes < MostNodes; i++)
        {
            if (starts[i] >= 0 && !Fits(j, starts[i]))
            {
                continue;
            }

            _nodes++;
            _chosen[depth] = starts[i];
            Occupy(j, starts[i], -1);
            Descend(depth + 1, cost + costs[i]);
            Occupy(j, starts[i], 1);
        }
    }

    /// <summary>The cost with the jobs that may use any slots filled in, one after the other.</summary>
    private double Fill(int at, double cost, bool commit)
    {
        if (at == _count)
        {
            return cost;
        }

        int j = _jobs[at];
        if (cost + _rest[at] >= _limit && !commit)
        {
            return double.PositiveInfinity;
        }

        _nodes++;
        if (!search.Find(_plan, j, _plan.Earliest(j), _plan.Latest(j), null, 0, false) || search.Cost >= penalty[j])
        {
            return Array.Exists(model.Successors[j], _plan.IsPlaced) ? double.PositiveInfinity : Fill(at + 1, cost + penalty[j], commit);
        }

        double own = search.Cost;
        if (commit)
        {
            _plan.Place(j, search.Slots, search.PieceLengths, own);
            return Fill(at + 1, cost + own, commit);
        }

        if (at + 1 == _count)
        {
            return cost + own;
        }

        int[] slots = search.Slots.ToArray();
        _plan.Use(j, slots, -1);
        double total = Fill(at + 1, cost + own, commit);
        _plan.Use(j, slots, 1);
        return total;
    }

    private double Commit()
    {
        double cost = 0;
        int[] slots = new int[model.SlotCount];
        for (int i = 0; i < _solid; i++)
        {
            int j = _jobs[i];
            int length = model.Duration[j];
            if (_best[i] < 0)
            {
                cost += penalty[j];
                continue;
            }

            for (int t = 0; t < length; t++)
            {
                slots[t] = _best[i] + t;
            }

            double own = model.Rate[j] * (model.PricePrefix[_best[i] + length] - model.PricePrefix[_best[i]]);
            _plan.Place(j, slots.AsSpan(0, length), [length], own);
            cost += own;
        }

        return Fill(_solid, cost, commit: true);
    }

    private bool Fits(int job, int start)
    {
        for (int t = start; t < start + model.Duration[job]; t++)
        {
            if (!_plan.Fits(job, t))
            {
                return false;
            }
        }

        return true;
    }

    private void Occupy(int job, int start, int sign)
    {
        if (start < 0)
        {
            return;
        }

        int k0 = job * model.ResourceCount;
        for (int k = 0; k < model.ResourceCount; k++)
        {
            double change = sign * model.Demand[k0 + k];
            double[] free = _plan.Free[k];
            for (int t = start; t < start + model.Duration[job]; t++)
            {
                free[t] += change;
            }
        }
    }
}
