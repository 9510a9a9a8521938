namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// Ruin and recreate under annealing: takes a few jobs out that stand in each other's way, puts them back one by one at their cheapest places, and keeps the result
/// if it is cheaper or not much dearer (G. Schrimpf, J. Schneider, H. Stamm-Wilbrandt and G. Dueck, <i>Journal of Computational Physics</i> 159, 2000; removal of neighbours
/// and blinks after J. Christiaens and G. Vanden Berghe, <i>Transportation Science</i> 54(2), 2020).
/// </summary>
internal sealed partial class Annealing
{
    private const int MostRemoved = 64;

    /// <summary>How many jobs a round takes out on the average, as in the source.</summary>
    private const double MeanRemoved = 10;

    /// <summary>One round in so many puts its jobs back jointly: more often where a few jobs are a large part of all, never where they are next to nothing.</summary>
    private const int JoinEveryOfFew = 8;
    private const int JoinEvery = 32;
    private const int FewJobs = 50;
    private const int ManyJobs = 500;

    private readonly SolverModel _model;
    private readonly double[] _penalty;
    private readonly double[] _ideal;
    private readonly RunSearch _search;
    private readonly SlotPlan _plan;
    private readonly SplitMix _random;
    private readonly int[] _jobs;
    private readonly int[] _removed = new int[MostRemoved + 1];
    private readonly bool[] _isRemoved;
    private readonly UndoLog _undo;
    private readonly BestPlan? _best;
    private readonly double[] _key = new double[MostRemoved + 1];
    private readonly List<int> _unplaced = [];
    private readonly int[] _unplacedAt;
    private int _count;
    private readonly bool _hasSand;
    private bool _leadFirst;

    /// <summary>Whether successors come before those they wait for: who has no room left between its places is found out sooner.</summary>
    private bool _backwards;
    private double _before;
    private double _floor;
    private readonly JointInsertion _joint;
    private bool _joins;
    private readonly int _joinEvery;

    public Annealing(SolverModel model, RunSearch search, SearchFacts facts, SlotPlan plan, int[] jobs, SplitMix random, bool keepsBest)
    {
        _model = model;
        _penalty = facts.Penalty;
        _ideal = facts.Ideal;
        _plan = plan;
        _jobs = jobs;
        _random = random;
        _search = search;
        _isRemoved = new bool[model.JobCount];
        _joinEvery = jobs.Length <= FewJobs ? JoinEveryOfFew : jobs.Length <= ManyJobs ? JoinEvery : 0;
        _joint = new JointInsertion(model, search, facts.Penalty);
        _undo = new UndoLog(plan);
        _hasSand = Array.Exists(model.Pieces, static rule => rule.Kind == PieceKind.AnySlots);
        _unplacedAt = new int[model.JobCount];
        Array.Fill(_unplacedAt, -1);
        foreach (int j in jobs)
        {
            Value += Price(j);
            if (!plan.IsPlaced(j))
            {
                Open(j);
            }
        }

        _best = keepsBest ? new BestPlan(plan, Value) : null;
    }

    /// <summary>The cost of the plan as it stands, surrogate penalties included.</summary>
    public double Value { get; private set; }

    public double BestValue => _best?.Value ?? Value;

    /// <summary>Charges for capacity that some rounds put jobs back by, or null.</summary>
    public SlotGuide? Guide { get; set; }

    public int[] Jobs => _jobs;

    public SlotPlan Plan => _plan;

    public long Rounds { get; private set; }

    /// <summary>Makes the plan the best one met.</summary>
    public void TakeBest()
    {
        if (_best is null)
        {
            return;
        }

        _best.Restore();
        Value = _best.Value;
        foreach (int j in _jobs)
        {
            if (_plan.IsPlaced(j) == (_unplacedAt[j] >= 0))
            {
                if (_plan.IsPlaced(j))
                {
                    Close(j);
                }
                else
                {
                    Open(j);
                }
            }
        }
    }

    /// <summary>So many rounds at a temperature.</summary>
    public void Run(int rounds, double temperature, CancellationToken cancellationToken)
    {
        for (int i = 0; i < rounds; i++)
        {
            if (i % 64 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            Round(temperature);
        }
    }

    private void Round(double temperature)
    {
        Rounds++;
        Pick();
        if (_count == 0)
        {
            return;
        }

        for (int i = 0; i < _count; i++)
        {
            _isRemoved[_removed[i]] = false;
        }

        double limit = _before - (temperature * Math.Log(_random.NextUnit()));
        double after = MayJoin() ? Join(limit) : Recreate(_floor, limit);
        if (after <= limit)
        {
            for (int i = 0; i < _count; i++)
            {
                int j = _removed[i];
                _best?.Touch(j);
                if (_plan.IsPlaced(j))
                {
                    Close(j);
                }
                else
                {
                    Open(j);
                }
            }

            Value += after - _before;
            if (_best is not null && Value < _best.Value)
            {
                _best.Take(Value);
            }

            return;
        }

        _undo.Restore();
    }

    private double Recreate(double floor, double limit)
    {
        Order();
        double after = 0;
        SlotGuide? guide = Guide is not null && _random.Next(2) == 0 ? Guide : null;
        for (int i = 0; i < _count; i++)
        {
            int j = _removed[i];
            floor -= _ideal[j];
            int from = _backwards ? EarliestBackwards(j, i) : _plan.Earliest(j);
            int to = _plan.Latest(j);
            ulong blinks = _random.Next(4) == 0 ? _random.NextBits() & _random.NextBits() & _random.NextBits() : 0;
            if (from >= 0 && _search.Find(_plan, j, from, to, guide, blinks, InPieces(j)) && _search.Cost <= _penalty[j])
            {
                _plan.Place(j, _search.Slots, _search.PieceLengths, _search.Cost);
                after += _search.Cost;
            }
            else
            {
                if (Array.Exists(_model.Successors[j], _plan.IsPlaced))
                {
                    return double.PositiveInfinity;
                }

                after += _penalty[j];
            }

            if (after + floor > limit)
            {
                return double.PositiveInfinity;
            }
        }

        return after;
    }

    /// <summary>Whether to look for the best of all joint places: where there are few jobs, none of them waits for another one, and chance says so.</summary>
    private bool MayJoin()
    {
        if (!_joins || _count < 2 || _count > JointInsertion.MostJobs)
        {
            return false;
        }

        for (int i = 0; i < _count && _model.HasPrecedence; i++)
        {
            int j = _removed[i];
            if (Array.Exists(_model.Predecessors[j], p => !_plan.IsPlaced(p)) || Array.Exists(_model.Successors[j], s => !_plan.IsPlaced(s)))
            {
                return false;
            }
        }

        return true;
    }

    private double Join(double limit) => _joint.Place(_plan, _removed.AsSpan(0, _count), limit);

    private bool InPieces(int j)
    {
        if (_model.Pieces[j].Kind != PieceKind.Pieces)
        {
            return false;
        }

        long states = (long)(_model.HardDue[j] - _model.Head[j]) * _model.Duration[j];
        return states < 2_000 || _random.Next((int)(states / 1_000)) < 2;
    }

    private double Price(int job) => _plan.IsPlaced(job) ? _plan.Cost(job) : _penalty[job];

    private void Order()
    {
        int rule = _random.Next(5);
        bool sandLast = _hasSand && _random.Next(2) == 0;
        for (int i = 0; i < _count; i++)
        {
            int j = _removed[i];
            double area = _model.Demand[j * _model.ResourceCount] * _model.Duration[j];
            _key[i] = rule switch
            {
                0 => -area,
                1 => _model.HardDue[j] - _model.Head[j] - _model.Duration[j],
                2 => -_penalty[j],
                3 => -_model.Duration[j],
                _ => _random.Next(1 << 20),
            };
            if (sandLast && _model.Pieces[j].Kind == PieceKind.AnySlots)
            {
                // Jobs that may use any slots fill what the others leave.
                _key[i] = double.PositiveInfinity;
            }
        }

        int skip = _leadFirst ? 1 : 0;
        Array.Sort(_key, _removed, skip, _count - skip);

        _backwards = _model.HasPrecedence && _random.Next(2) == 0;
        if (_model.HasPrecedence)
        {
            Sequence(_backwards ? _model.Successors : _model.Predecessors);
        }
    }

    /// <summary>From where a job may run that comes before those it waits for: they find their places before it later in the round, or the round fails.</summary>
    private int EarliestBackwards(int job, int at)
    {
        int earliest = _model.Head[job];
        foreach (int p in _model.Predecessors[job])
        {
            if (_plan.IsPlaced(p))
            {
                earliest = Math.Max(earliest, _plan.End(p));
            }
            else if (Array.IndexOf(_removed, p, at + 1, _count - at - 1) < 0)
            {
                return -1;
            }
        }

        return earliest;
    }

    /// <summary>Moves jobs so that predecessors come first, or, given the successors, so that those come first.</summary>
    private void Sequence(int[][] first)
    {
        for (int i = 1; i < _count; i++)
        {
            int j = _removed[i];
            int at = Array.FindIndex(_removed, 0, i, other => Array.IndexOf(first[other], j) >= 0);
            if (at >= 0)
            {
                Array.Copy(_removed, at, _removed, at + 1, i - at);
                _removed[at] = j;
            }
        }
    }

    private void Open(int job)
    {
        if (_unplacedAt[job] < 0)
        {
            _unplacedAt[job] = _unplaced.Count;
            _unplaced.Add(job);
        }
    }

    private void Close(int job)
    {
        int at = _unplacedAt[job];
        if (at >= 0)
        {
            int moved = _unplaced[^1];
            _unplaced[at] = moved;
            _unplacedAt[moved] = at;
            _unplaced.RemoveAt(_unplaced.Count - 1);
            _unplacedAt[job] = -1;
        }
    }
}
