namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// Raises the Lagrangian bound by the volume algorithm: steps from the best prices along an average of subgradients (F. Barahona and R. Anbil, <i>Mathematical
/// Programming</i> 87, 2000), with Polyak's step length. Knows nothing of time: the caller says how many steps.
/// </summary>
internal sealed class DualAscent
{
    /// <summary>The step length starts short and may grow: far from the optimum, long steps overshoot and only their memory is left.</summary>
    private const double FirstTheta = 0.1;
    private const double LongestTheta = 2;
    private const double LeastTheta = 1e-4;

    /// <summary>The weight of the newest subgradient in the direction, at most.</summary>
    private const double Memory = 0.1;
    private const int FirstPatience = 5;
    private const int LongestPatience = 80;

    private readonly SolverModel _model;
    private readonly DualFunction _function;
    private readonly CancellationToken _cancellationToken;
    private readonly double[][] _lambda;
    private readonly double[][] _direction;
    private readonly double[][] _excess;
    private double _value;
    private double _theta = FirstTheta;
    private int _stale;
    private int _patience = FirstPatience;
    private double _gain;
    private int _misses;
    private int _refined;
    private bool _isSlow;
    private double _memory = Memory;

    public DualAscent(SolverModel model, DualFunction function, CancellationToken cancellationToken)
    {
        _model = model;
        _function = function;
        _cancellationToken = cancellationToken;
        _lambda = Zeros();
        _direction = Zeros();
        _excess = Zeros();
        Best = Zeros();
        BestValue = function.Evaluate(Best, cancellationToken);
        if (double.IsFinite(BestValue))
        {
            WarmStart();
            _value = Offer();
        }
    }

    /// <summary>The best prices found, per row and slot.</summary>
    public double[][] Best { get; private set; }

    /// <summary>The bound that they prove.</summary>
    public double BestValue { get; private set; }

    /// <summary>Whether further steps would change nothing.</summary>
    public bool IsSpent { get; private set; }

    public int Steps { get; private set; }

    public bool IsMet(double upperBound) => upperBound - BestValue <= 1e-12 * Math.Abs(upperBound);

    /// <summary>Takes steps until there were so many, the bound meets the cost, or the step length is spent.</summary>
    public void Run(double upperBound, int steps)
    {
        if (!double.IsFinite(BestValue))
        {
            IsSpent = true;
            return;
        }

        for (int i = 0; i < steps && !IsSpent; i++)
        {
            IsSpent = IsMet(upperBound) || !Step(upperBound);
        }
    }

    /// <summary>
    /// Rounds the prices to whole numbers where everything else is whole, so that the bound is exact, and then moves single prices by one where that gains.
    /// </summary>
    /// <param name="trials">How many evaluations the moves may take.</param>
    /// <param name="mayGoOn">Whether there is time for more.</param>
    public void Round(int trials, Func<bool> mayGoOn)
    {
        if (!_model.IsWhole() || !double.IsFinite(BestValue))
        {
            return;
        }

        double[][] fractional = Best;
        Best = Zeros();
        BestValue = _function.Evaluate(Best, _cancellationToken);
        foreach (Func<double, double> rule in (ReadOnlySpan<Func<double, double>>)[Math.Round, Math.Floor, Math.Ceiling])
        {
            double[][] rounded = [.. fractional.Select(row => Array.ConvertAll(row, value => rule(value)))];
            double value = _function.Evaluate(rounded, _cancellationToken);
            (Best, BestValue) = value > BestValue ? (rounded, value) : (Best, BestValue);
        }

        for (int r = 0; r < Best.Length; r++)
        {
            for (int t = 0; t < Best[r].Length; t++)
            {
                for (int change = -1; change <= 1; change += 2)
                {
                    if (trials-- <= 0 || (trials % 16 == 0 && !mayGoOn()))
                    {
                        return;
                    }

                    Best[r][t] += change;
                    double value = Best[r][t] < 0 ? double.NegativeInfinity : _function.Evaluate(Best, _cancellationToken);
                    if (value > BestValue)
                    {
                        BestValue = value;
                    }
                    else
                    {
                        Best[r][t] -= change;
                    }
                }
            }
        }
    }

    /// <summary>The bound with the certificate that proves it.</summary>
    public CostBound Bound()
    {
        bool priced = Array.Exists(Best, static row => Array.Exists(row, static value => value > 0));
        if (!priced)
        {
            return new CostBound(BestValue, RelaxedBound.WithoutCapacitiesName);
        }

        double[][] lambda = [.. _model.Capacity.Select(static row => new double[row.Length])];
        var cuts = new List<RoundingCut>();
        for (int r = 0; r < Best.Length; r++)
        {
            CapacityRow row = _function.Rows[r];
            if (row.Quotient == 0)
            {
                Best[r].CopyTo(lambda[row.Resource], 0);
            }
            else if (Array.Exists(Best[r], static value => value > 0))
            {
                cuts.Add(new RoundingCut(row.Resource, row.Quotient, Best[r]));
            }
        }

        string method = cuts.Count > 0
            ? "Lagrangian relaxation of the capacities and of rounding cuts, each job at its cheapest relaxed run"
            : "Lagrangian relaxation of the capacities, each job at its cheapest relaxed run";
        return new CostBound(BestValue, method, new DualPrices(lambda, cuts));
    }

    private double[][] Zeros() => [.. _function.Rows.Select(static row => new double[row.Room.Length])];

    private bool Step(double upperBound)
    {
        Steps++;
        _function.Excess(_excess);
        double gg = 0;
        double gv = 0;
        double vv = 0;
        for (int r = 0; r < _direction.Length; r++)
        {
            for (int t = 0; t < _direction[r].Length; t++)
            {
                double g = Projected(_excess[r][t], Best[r][t]);
                double v = Projected(_direction[r][t], Best[r][t]);
                gg += g * g;
                gv += g * v;
                vv += v * v;
            }
        }

        double curve = gg - (2 * gv) + vv;
        double a = Steps == 1 ? 1 : Math.Clamp(curve > 0 ? (vv - gv) / curve : _memory, _memory / 10, _memory);
        double norm = 0;
        for (int r = 0; r < _direction.Length; r++)
        {
            for (int t = 0; t < _direction[r].Length; t++)
            {
                double v = _direction[r][t] = (a * _excess[r][t]) + ((1 - a) * _direction[r][t]);
                v = Projected(v, Best[r][t]);
                norm += v * v;
            }
        }

        if (norm == 0)
        {
            return false;
        }

        double target = Math.Max(upperBound - BestValue, Math.Abs(upperBound) * 1e-7);
        double step = _theta * target / norm;
        for (int r = 0; r < _lambda.Length; r++)
        {
            double[] row = _lambda[r];
            double[] direction = _direction[r];
            for (int t = 0; t < row.Length; t++)
            {
                row[t] = Math.Max(0, Best[r][t] + (step * direction[t]));
            }
        }

        double before = BestValue;
        _value = Offer();
        if (BestValue > before)
        {
            _function.Excess(_excess);
            double along = 0;
            for (int r = 0; r < _direction.Length; r++)
            {
                for (int t = 0; t < _direction[r].Length; t++)
                {
                    along += _excess[r][t] * _direction[r][t];
                }
            }

            if (along > 0)
            {
                _theta = Math.Min(LongestTheta, _theta * 1.1);
            }

            _gain += BestValue - before;
            _stale = 0;
        }
        else if (++_stale >= _patience)
        {
            _theta *= 0.66;
            _stale = 0;
        }

        if (_isSlow)
        {
            return Refine(upperBound);
        }

        if (_theta < LeastTheta)
        {
            // The step length is spent at this patience: start again with more of it, until that gains nothing any more; then refine.
            _misses = _gain > 1e-8 * Math.Abs(BestValue) ? 0 : _misses + 1;
            _gain = 0;
            _theta = FirstTheta;
            _patience = Math.Min(_patience * 2, LongestPatience);
            if (_misses >= 2)
            {
                _isSlow = true;
                _theta = 1;
                _patience = LongestPatience / 4;
            }
        }

        return true;
    }

    /// <summary>The last digits: a memory that grows longer whenever it gains too little.</summary>
    private bool Refine(double upperBound)
    {
        if (++_refined % 100 == 0)
        {
            _memory = _gain < 0.01 * (upperBound - BestValue) && _memory > 1e-4 ? _memory / 2 : _memory;
            _gain = 0;
        }

        return _theta > LeastTheta / 100;
    }

    private static double Projected(double value, double lambda) => value < 0 && lambda == 0 ? 0 : value;

    private double Offer()
    {
        double value = _function.Evaluate(_lambda, _cancellationToken);
        if (value > BestValue)
        {
            BestValue = value;
            for (int r = 0; r < _lambda.Length; r++)
            {
                _lambda[r].CopyTo(Best[r], 0);
            }
        }

        return value;
    }

    /// <summary>
    /// Prices as if every job could run at any time: the cheapest slots fill up to a marginal price, and every cheaper slot charges the difference. Exact for equal jobs
    /// of one slot that share a window; a start for all others.
    /// </summary>
    private void WarmStart()
    {
        int busiest = 0;
        double most = -1;
        for (int r = 0; r < _lambda.Length; r++)
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
            return;
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
            _lambda[busiest][t] = Math.Max(0, (marginal - price[t]) * rates / work);
        }
    }

    /// <summary>How much of a row all jobs use together, and the sum of their rates over the same slots.</summary>
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
