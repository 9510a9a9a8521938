using System.Runtime.CompilerServices;

namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// Raises the Lagrangian bound: rounds of <see cref="AugmentedLagrangian"/> whose stiffness falls whenever they gain nothing, first over the capacities alone, then over
/// the rounding cuts that the fractional runs break. Each further round cools more slowly, from the best prices on. Knows nothing of time: the caller says how many steps.
/// </summary>
internal sealed partial class DualAscent
{
    /// <summary>The stiffness at the beginning and at the end of a round.</summary>
    private const double Stiffest = 3;
    private const double Softest = 1e-4;
    private const double Cooling = 0.7;

    /// <summary>How many steps without a gain end a stiffness in the first round, and in the longest.</summary>
    private const int FirstPatience = 3;
    private const int LongestPatience = 96;

    /// <summary>Only a round of at least this patience that gained nothing says that there is nothing to gain.</summary>
    private const int PatienceToStop = 24;

    /// <summary>A round that gains a smaller share of the bound was for nothing.</summary>
    private const double LeastGain = 1e-7;

    /// <summary>How many cuts of a resource come in at once, and how many there may be.</summary>
    private const int CutsAtOnce = 2;
    private const int MostCuts = 8;

    private readonly SolverModel _model;
    private readonly JobClasses _classes;
    private readonly double[] _penalty;
    private readonly CancellationToken _cancellationToken;
    private readonly List<CapacityRow>[] _candidates;
    private DualFunction _function;
    private AugmentedLagrangian? _runs;
    private int _stale;
    private int _patience = FirstPatience;
    private double _roundBegan;
    private int _misses;
    private double[][]? _capacitiesOnly;

    public DualAscent(SolverModel model, JobClasses classes, double[] penalty, bool cuts, CancellationToken cancellationToken)
    {
        _model = model;
        _classes = classes;
        _penalty = penalty;
        _cancellationToken = cancellationToken;
        _candidates = [.. Enumerable.Range(0, model.ResourceCount).Select(k => cuts ? CapacityCuts.Candidates(model, classes, k).ToList() : [])];
        _function = new DualFunction(model, classes, CapacityCuts.Capacities(model, classes));
        Best = Zeros();
        BestValue = _function.Evaluate(Best, cancellationToken);
        double[][] first = WarmStart();
        Offer(first);
    }

    /// <summary>The function whose value is the bound, with the rows that are priced by now.</summary>
    public DualFunction Function => _function;

    /// <summary>The best prices found, per row and slot.</summary>
    public double[][] Best { get; private set; }

    /// <summary>The bound that they prove.</summary>
    public double BestValue { get; private set; }

    /// <summary>Whether further steps would change nothing.</summary>
    public bool IsSpent { get; private set; }

    public int Steps { get; private set; }

    /// <summary>How many rounds have cooled down.</summary>
    public int Rounds { get; private set; }

    /// <summary>The fractional runs behind the prices, or null before the first step.</summary>
    public AugmentedLagrangian? Runs => _runs;

    public bool IsMet(double upperBound) => upperBound - BestValue <= 1e-12 * Math.Abs(upperBound);

    /// <summary>Takes steps until there were so many, the bound meets the cost, or nothing is gained any more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(double upperBound, int steps)
    {
        if (!double.IsFinite(BestValue) || _model.JobCount == 0)
        {
            IsSpent = true;
            return;
        }

        for (int i = 0; i < steps && !IsSpent; i++)
        {
            IsSpent = IsMet(upperBound) || !Step();
        }
    }

    private double[][] Zeros() => [.. _function.Rows.Select(static row => new double[row.Room.Length])];

    private bool Step()
    {
        Steps++;
        if (_runs is null)
        {
            _runs = new AugmentedLagrangian(_model, _classes, _function.Rows, Best, _penalty);
            BeginRound();
        }

        _runs.Pass(_cancellationToken);
        _runs.Update();
        if (Offer(_runs.Multipliers))
        {
            _stale = 0;
        }
        else if (++_stale >= _patience)
        {
            _stale = 0;
            _runs.SetStiffness(_runs.Stiffness * Cooling);
        }

        return _runs.Stiffness >= Softest || NextRound();
    }

    /// <summary>What to do when a round has cooled down: cuts, or once more with more patience; false where both are spent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool NextRound()
    {
        Rounds++;
        var broken = new List<CapacityRow>();
        double[][] running = _runs!.Running();
        for (int k = 0; k < _candidates.Length; k++)
        {
            int have = _function.Rows.Count(row => row.Resource == k && row.Quotient > 0);
            foreach (CapacityRow cut in CapacityCuts.Broken(_candidates[k], running, Math.Min(CutsAtOnce, MostCuts - have)))
            {
                broken.Add(cut);
                _candidates[k].Remove(cut);
            }
        }

        _misses = BestValue - _roundBegan > LeastGain * Math.Abs(BestValue) || _patience < PatienceToStop ? 0 : _misses + 1;
        _patience = Math.Min(_patience * 2, LongestPatience);
        if (_function.Rows.Count == _candidates.Length)
        {
            _capacitiesOnly = [.. Best.Select(static row => (double[])row.Clone())];
        }

        int[] useful = [.. Enumerable.Range(0, Best.Length).Where(r => _function.Rows[r].Quotient == 0 || Array.Exists(Best[r], static value => value > 0))];
        if (broken.Count > 0 || useful.Length < Best.Length)
        {
            // A cut that earned nothing in a whole round only stands in the way of the others.
            _function = new DualFunction(_model, _classes, [.. useful.Select(r => _function.Rows[r]), .. broken]);
            Best = [.. useful.Select(r => Best[r]), .. broken.Select(static row => new double[row.Room.Length])];
            _runs = new AugmentedLagrangian(_model, _classes, _function.Rows, Best, _penalty, _runs);
            _misses = 0;
        }
        else
        {
            _runs.Reset(Best);
        }

        BeginRound();
        return _misses < 2;
    }

    private void BeginRound()
    {
        _roundBegan = BestValue;
        _stale = 0;
        _runs!.SetStiffness(Stiffest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Offer(double[][] prices)
    {
        double value = _function.Evaluate(prices, _cancellationToken);
        if (value > BestValue)
        {
            BestValue = value;
            for (int r = 0; r < prices.Length; r++)
            {
                prices[r].CopyTo(Best[r], 0);
            }

            return true;
        }

        return false;
    }

    /// <summary>
    /// Prices as if every job could run at any time: the cheapest slots fill up to a marginal price, and every cheaper slot charges the difference. Exact for equal jobs
    /// of one slot that share a window; a start for all others.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double[][] WarmStart()
    {
        double[][] first = Zeros();
        int busiest = 0;
        double most = -1;
        for (int r = 0; r < first.Length; r++)
        {
            double share = Work(r, out _) / Math.Max(double.Epsilon, _function.Rows[r].Room.Sum());
            if (share > most)
            {
                (busiest, most) = (r, share);
            }
        }

        double work = Work(busiest, out double rates);
        if (work == 0)
        {
            return first;
        }

        double[] room = _function.Rows[busiest].Room;
        ReadOnlySpan<double> price = _model.Problem.Prices.Prices;
        double filled = 0;
        double marginal = double.NegativeInfinity;
        foreach (int t in Enumerable.Range(0, _model.SlotCount).OrderBy(t => _model.Problem.Prices[t]).ThenBy(static t => t))
        {
            filled += room[t];
            marginal = price[t];
            if (filled >= work)
            {
                break;
            }
        }

        for (int t = 0; t < room.Length; t++)
        {
            first[busiest][t] = Math.Max(0, (marginal - price[t]) * rates / work);
        }

        return first;
    }

    /// <summary>How much of a row all jobs use together, and the sum of their rates over the same slots.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Work(int row, out double rates)
    {
        double work = 0;
        rates = 0;
        for (int c = 0; c < _function.Running.Length; c++)
        {
            double weight = _function.Rows[row].Weight[c].Average();
            work += weight * _function.SlotsOf(c);
            rates += _function.RateOf(c) * _function.SlotsOf(c);
        }

        return work;
    }
}
