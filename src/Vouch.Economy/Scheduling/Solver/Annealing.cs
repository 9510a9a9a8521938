namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// Ruin and recreate under annealing: takes a few jobs out that stand in each other's way, puts them back one by one at their cheapest places, and keeps the result
/// if it is cheaper or not much dearer (G. Schrimpf, J. Schneider, H. Stamm-Wilbrandt and G. Dueck, <i>Journal of Computational Physics</i> 159, 2000; removal of neighbours
/// and blinks after J. Christiaens and G. Vanden Berghe, <i>Transportation Science</i> 54(2), 2020).
/// </summary>
internal sealed class Annealing
{
    private const int MostRemoved = 64;

    /// <summary>How many jobs a round takes out on the average, as in the source.</summary>
    private const double MeanRemoved = 10;

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
    private double _before;
    private double _floor;

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
        double after = Recreate(_floor, limit);
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
            int from = _plan.Earliest(j);
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

    private void Pick()
    {
        _count = 0;
        _before = 0;
        _floor = 0;
        _undo.Clear();
        int lead = _unplaced.Count > 0 && _random.Next(4) == 0 ? _unplaced[_random.Next(_unplaced.Count)] : _jobs[_random.Next(_jobs.Length)];
        bool pull = _random.Next(2) == 0;
        if (pull || _random.Next(2) == 0)
        {
            int looks = 1 + _random.Next(4);
            double excess = Excess(lead);
            for (int i = 0; i < looks; i++)
            {
                int other = _jobs[_random.Next(_jobs.Length)];
                double its = Excess(other);
                if (its > excess)
                {
                    (lead, excess) = (other, its);
                }
            }
        }

        Add(lead);
        _leadFirst = pull && _random.Next(4) != 0;
        if (_model.HasPrecedence)
        {
            AddRelatives(lead);
        }

        if (pull)
        {
            Pull(lead);
            return;
        }

        int length = Math.Min(_model.Duration[lead], _model.SlotCount);
        int from = _model.Head[lead] + _random.Next(Math.Max(1, _model.HardDue[lead] - _model.Head[lead] - length + 1));
        int to = Math.Min(_model.SlotCount, from + length);
        int margin = _random.Next(length + 1);
        from = Math.Max(0, from - _random.Next(margin + 1));
        to = Math.Min(_model.SlotCount, to + _random.Next(margin + 1));
        int wanted = Math.Min(2 + (int)(-Math.Log(_random.NextUnit()) * MeanRemoved), MostRemoved);
        for (int tries = 0; tries < wanted * 3 && _count < wanted && from < to; tries++)
        {
            int t = from + _random.Next(to - from);
            int running = _plan.RunningAt(t);
            if (running > 0)
            {
                Add(_plan.RunningAt(t, _random.Next(running)));
            }
        }
    }

    /// <summary>Takes out, as often as not, those that the lead waits for and those that wait for it.</summary>
    private void AddRelatives(int lead)
    {
        foreach (int p in _model.Predecessors[lead])
        {
            if (_random.Next(2) == 0)
            {
                Add(p);
            }
        }

        foreach (int s in _model.Successors[lead])
        {
            if (_random.Next(2) == 0)
            {
                Add(s);
            }
        }
    }

    /// <summary>Takes out what stands where the lead would like to be.</summary>
    private void Pull(int lead)
    {
        int length = _model.Pieces[lead].Kind == PieceKind.AnySlots ? 1 : _model.Duration[lead];
        int room = _model.HardDue[lead] - _model.Head[lead] - length + 1;
        if (room <= 0)
        {
            return;
        }

        int start = _model.Head[lead] + _random.Next(room);
        double[] prefix = Guide?.Prefix(lead) ?? _model.PricePrefix;
        int looks = _random.Next(4);
        for (int i = 0; i < looks; i++)
        {
            int other = _model.Head[lead] + _random.Next(room);
            start = prefix[other + length] - prefix[other] < prefix[start + length] - prefix[start] ? other : start;
        }

        int k0 = lead * _model.ResourceCount;
        for (int t = start; t < start + length; t++)
        {
            for (int k = 0; k < _model.ResourceCount; k++)
            {
                double demand = _model.Demand[k0 + k];
                while (_plan.Free[k][t] < demand && _plan.RunningAt(t) > 0)
                {
                    if (_count == MostRemoved)
                    {
                        return;
                    }

                    Add(_plan.RunningAt(t, _random.Next(_plan.RunningAt(t))));
                }
            }
        }
    }

    private void Add(int job)
    {
        if (!_isRemoved[job] && _count < MostRemoved)
        {
            _isRemoved[job] = true;
            _removed[_count++] = job;
            _before += Price(job);
            _floor += _ideal[job];
            _undo.Add(job);
            if (_plan.IsPlaced(job))
            {
                _plan.Remove(job);
            }
        }
    }

    private double Excess(int job)
    {
        if (Guide is null)
        {
            return Price(job) - _ideal[job];
        }

        if (!_plan.IsPlaced(job))
        {
            return _penalty[job] - Guide.Least[job];
        }

        double sum = 0;
        double[] prefix = Guide.Prefix(job);
        if (_model.Pieces[job].Kind == PieceKind.One)
        {
            int start = _plan.Start(job);
            sum = prefix[start + _model.Duration[job]] - prefix[start];
        }
        else
        {
            foreach (int t in _plan.Slots(job))
            {
                sum += prefix[t + 1] - prefix[t];
            }
        }

        return sum - Guide.Least[job];
    }

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

        if (_model.HasPrecedence)
        {
            PredecessorsFirst();
        }
    }

    private void PredecessorsFirst()
    {
        for (int i = 1; i < _count; i++)
        {
            // Moves a job before its first successor among those that come earlier.
            int j = _removed[i];
            int at = Array.FindIndex(_removed, 0, i, other => Array.IndexOf(_model.Predecessors[other], j) >= 0);
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
