namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// Anneals in two lanes at once. Small problems run one annealing per lane and meet at the better plan; large ones split the jobs at random, and with them what is free,
/// so that each lane improves its own half of one plan without looking at the other. What happens depends on the seed and the numbers of rounds, not on threads.
/// </summary>
internal sealed class LaneSearch
{
    public const int Lanes = 2;

    /// <summary>From so many jobs on a half of the jobs is a problem of its own kind; below, two tries find more than two halves.</summary>
    private const int JobsToSplit = 1_000;

    /// <summary>How many runs are looked at to hand slots on, per round of a lane: as long as the round itself takes, or less.</summary>
    private const long LooksPerRound = 1_000;

    /// <summary>Which part of them is enough to see whether more would pay.</summary>
    private const int PartOfLooks = 8;
    private const int LongestPause = 64;

    private readonly SolverModel _model;
    private readonly RunLayout _layout;
    private readonly SearchFacts _facts;
    private readonly SlotPlan _plan;
    private readonly SplitMix _random;
    private readonly ParallelOptions _threads;
    private readonly SlotPlan[] _lanePlans;
    private readonly RunSearch[] _searches;
    private readonly Annealing[] _annealings;
    private readonly int[][]? _components;
    private readonly int[] _everyJob;
    private readonly RunStore _best;
    private readonly SlotChains _chains;
    private int _pause = 1;
    private int _meetingsToWait;
    private double _valueBefore;

    public LaneSearch(SolverModel model, SearchFacts facts, JobClasses classes, SlotPlan plan, ulong seed, int threads, CancellationToken cancellationToken)
    {
        _model = model;
        _layout = plan.Layout;
        _facts = facts;
        _plan = plan;
        _random = new SplitMix(seed);
        _threads = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        _everyJob = [.. Enumerable.Range(0, model.JobCount)];
        _components = model.JobCount >= JobsToSplit ? Precedence.Components(model) : null;
        _lanePlans = [.. Enumerable.Range(0, Lanes).Select(_ => new SlotPlan(model, _layout))];
        _searches = [.. Enumerable.Range(0, Lanes).Select(_ => new RunSearch(model, _layout))];
        _annealings = new Annealing[Lanes];
        _best = new RunStore(plan);
        _chains = new SlotChains(model, classes);
        BestValue = Value();
        _valueBefore = BestValue;
        if (_components is null)
        {
            StartLanes();
        }
    }

    /// <summary>The cost of the best plan met, surrogate penalties included.</summary>
    public double BestValue { get; private set; }

    /// <summary>Charges for capacity that the lanes are guided by.</summary>
    public SlotGuide? Guide { get; set; }

    /// <summary>After how many rounds the lanes should meet: rarely enough that meeting costs little.</summary>
    public int RoundsPerMeeting => _components is null ? 500 : Math.Max(2_000, _model.JobCount / 4);

    /// <summary>So many rounds in every lane at a temperature.</summary>
    public void Run(int rounds, double temperature)
    {
        if (_components is not null)
        {
            Split();
        }

        Parallel.For(0, Lanes, _threads, lane =>
        {
            _annealings[lane].Guide = Guide;
            _annealings[lane].Run(rounds, temperature, _threads.CancellationToken);
        });
        if (_components is not null)
        {
            Merge(rounds);
            return;
        }

        foreach (Annealing annealing in _annealings)
        {
            BestValue = Math.Min(BestValue, annealing.BestValue);
        }
    }

    /// <summary>Puts the best plan met into the plan that the search was given, and lets every lane go on from there.</summary>
    public void TakeBest()
    {
        if (_components is null)
        {
            int best = 0;
            for (int lane = 0; lane < Lanes; lane++)
            {
                _annealings[lane].TakeBest();
                best = _annealings[lane].BestValue < _annealings[best].BestValue ? lane : best;
            }

            Copy(_lanePlans[best]);
            StartLanes();
            return;
        }

        foreach (int j in _everyJob)
        {
            if (_plan.IsPlaced(j))
            {
                _plan.Remove(j);
            }
        }

        foreach (int j in _everyJob)
        {
            _best.Load(j);
        }
    }

    private double Value()
    {
        double total = 0;
        foreach (int j in _everyJob)
        {
            total += _plan.IsPlaced(j) ? _plan.Cost(j) : _facts.Penalty[j];
        }

        return total;
    }

    private void StartLanes()
    {
        for (int lane = 0; lane < Lanes; lane++)
        {
            _lanePlans[lane].Reset(_plan.Free);
            foreach (int j in _everyJob)
            {
                _lanePlans[lane].Adopt(_plan, j);
            }

            _annealings[lane] = new Annealing(_model, _searches[lane], _facts, _lanePlans[lane], _everyJob, new SplitMix(_random.NextBits()), keepsBest: true);
        }
    }

    private void Split()
    {
        int half = _random.Next(2);
        var members = new List<int>[Lanes];
        for (int lane = 0; lane < Lanes; lane++)
        {
            members[lane] = new List<int>(_model.JobCount);
        }

        foreach (int[] component in _components!)
        {
            members[_random.Next(Lanes)].AddRange(component);
        }

        // What is free goes to the lanes in alternating spans of random length, all of it to one lane: half of a gap may fit nobody.
        double[][][] free = [.. Enumerable.Range(0, Lanes).Select(_ => _model.Capacity.Select(row => new double[row.Length]).ToArray())];
        for (int t = 0; t < _model.SlotCount; half = 1 - half)
        {
            int end = Math.Min(_model.SlotCount, t + 1 + _random.Next(1 + (_model.SlotCount / 4)));
            for (; t < end; t++)
            {
                for (int k = 0; k < _model.ResourceCount; k++)
                {
                    free[half][k][t] = _plan.Free[k][t];
                }
            }
        }

        ulong[] seeds = [_random.NextBits(), _random.NextBits()];
        Parallel.For(0, Lanes, _threads, lane =>
        {
            _lanePlans[lane].Reset(free[lane]);
            int[] jobs = [.. members[lane]];
            foreach (int j in jobs)
            {
                _lanePlans[lane].Adopt(_plan, j);
            }

            _annealings[lane] = new Annealing(_model, _searches[lane], _facts, _lanePlans[lane], jobs, new SplitMix(seeds[lane]), keepsBest: false);
        });
    }

    private void Merge(int rounds)
    {
        foreach (Annealing annealing in _annealings)
        {
            foreach (int j in annealing.Jobs)
            {
                if (_plan.IsPlaced(j) && !annealing.Plan.IsSame(_plan, j))
                {
                    _plan.Remove(j);
                }
            }
        }

        foreach (Annealing annealing in _annealings)
        {
            foreach (int j in annealing.Jobs)
            {
                if (!_plan.IsPlaced(j) && annealing.Plan.IsPlaced(j))
                {
                    _plan.Place(j, annealing.Plan.Slots(j), annealing.Plan.PieceLengths(j), annealing.Plan.Cost(j));
                }
            }
        }

        double value = HandOn(rounds);
        if (value < BestValue)
        {
            BestValue = value;
            foreach (int j in _everyJob)
            {
                _best.Save(j);
            }
        }
    }

    /// <summary>
    /// Hands slots on where that gains as much for its time as the lanes' rounds do. Where it did not, it waits for twice as many meetings as before, and then tries with a
    /// part of its time.
    /// </summary>
    private double HandOn(int rounds)
    {
        double before = Value();
        double byRounds = Math.Max(0, _valueBefore - before) / rounds;
        _valueBefore = before;
        if (_meetingsToWait > 0)
        {
            _meetingsToWait--;
            return before;
        }

        long looks = LooksPerRound * rounds / (_pause > 0 ? PartOfLooks : 1);
        looks = _chains.Improve(_plan, looks, () => !_threads.CancellationToken.IsCancellationRequested);
        double value = Value();
        bool pays = before - value > byRounds * looks / LooksPerRound;
        _pause = pays ? 0 : Math.Clamp(2 * _pause, 1, LongestPause);
        _meetingsToWait = _pause;
        _valueBefore = value;
        return value;
    }

    private void Copy(SlotPlan from)
    {
        foreach (int j in _everyJob)
        {
            if (_plan.IsPlaced(j))
            {
                _plan.Remove(j);
            }
        }

        foreach (int j in _everyJob)
        {
            if (from.IsPlaced(j))
            {
                _plan.Place(j, from.Slots(j), from.PieceLengths(j), from.Cost(j));
            }
        }
    }
}
