namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// Raises the Lagrangian bound by subgradient steps with Polyak's step length (M. Held, P. Wolfe and H. P. Crowder, <i>Mathematical Programming</i> 6, 1974) along
/// deflected directions (P. M. Camerini, L. Fratta and F. Maffioli, <i>Mathematical Programming Study</i> 3, 1975).
/// </summary>
internal sealed class DualAscent
{
    private const double Deflection = 1.5;
    private const int PatienceBeforeHalving = 6;

    private readonly SolverModel _model;
    private readonly JobClasses _classes;
    private readonly RelaxedRuns _runs;
    private readonly SlotUse _use;
    private readonly int[] _byClass;
    private readonly double[] _prefix;
    private readonly bool _whole;
    private readonly CancellationToken _cancellationToken;

    public DualAscent(SolverModel model, JobClasses classes, CancellationToken cancellationToken)
    {
        _model = model;
        _cancellationToken = cancellationToken;
        _classes = classes;
        _runs = new RelaxedRuns(model);
        _use = new SlotUse(model);
        _prefix = new double[model.SlotCount + 1];
        _byClass = [.. Enumerable.Range(0, model.JobCount).OrderBy(j => classes.Of[j]).ThenBy(static j => j)];
        _whole = model.IsWhole();
        Best = Rows();
        BestValue = Evaluate(Best);
    }

    /// <summary>The best prices found, per resource and slot.</summary>
    public double[][] Best { get; private set; }

    /// <summary>The bound that they prove.</summary>
    public double BestValue { get; private set; }

    /// <summary>Takes steps until the bound meets the cost, the step length is spent, or <paramref name="mayGoOn"/> says no.</summary>
    public void Run(double upperBound, int iterations, Func<bool> mayGoOn)
    {
        if (!double.IsFinite(BestValue) || iterations == 0)
        {
            return;
        }

        double[][] lambda = WarmStart();
        double value = Offer(lambda);
        double[][] direction = Rows();
        double theta = 1;
        int stale = 0;
        for (int i = 1; i < iterations && theta > 1e-3 && !IsMet(upperBound) && mayGoOn(); i++)
        {
            double norm = Turn(lambda, direction);
            if (norm == 0)
            {
                break;
            }

            double step = theta * Math.Max(upperBound - value, Math.Abs(upperBound) * 1e-6) / norm;
            Move(lambda, direction, step);
            double before = BestValue;
            value = Offer(lambda);
            stale = BestValue > before ? 0 : stale + 1;
            if (stale >= PatienceBeforeHalving)
            {
                theta *= 0.6;
                stale = 0;
                Copy(Best, lambda);
                value = Evaluate(lambda);
                foreach (double[] row in direction)
                {
                    Array.Clear(row);
                }
            }
        }

        if (_whole)
        {
            Round();
        }
    }

    public bool IsMet(double upperBound) => upperBound - BestValue <= 1e-12 * Math.Abs(upperBound);

    public CostBound Bound()
    {
        bool priced = Array.Exists(Best, static row => Array.Exists(row, static value => value > 0));
        return priced
            ? new CostBound(BestValue, "Lagrangian relaxation of the capacities, each job at its cheapest relaxed run", new DualPrices(Best))
            : new CostBound(BestValue, RelaxedBound.WithoutCapacitiesName);
    }

    private double[][] Rows() => [.. _model.Capacity.Select(static row => new double[row.Length])];

    private double Offer(double[][] lambda)
    {
        double value = Evaluate(lambda);
        if (value > BestValue)
        {
            BestValue = value;
            Copy(lambda, Best);
        }

        return value;
    }

    private static void Copy(double[][] from, double[][] to)
    {
        for (int k = 0; k < from.Length; k++)
        {
            from[k].CopyTo(to[k], 0);
        }
    }

    /// <summary>The bound at given prices; leaves the use of the relaxed runs in <see cref="_use"/>.</summary>
    private double Evaluate(double[][] lambda)
    {
        double total = 0;
        _use.Clear();
        int filled = -1;
        foreach (int j in _byClass)
        {
            if (_classes.Of[j] != filled)
            {
                _cancellationToken.ThrowIfCancellationRequested();
                SlotGuide.Fill(_model, j, lambda, _prefix);
                filled = _classes.Of[j];
            }

            _use.Of(j);
            total += _runs.Cheapest(j, _prefix, 1, _model.Penalty[j], _use);
        }

        for (int k = 0; k < lambda.Length; k++)
        {
            double[] row = lambda[k];
            double[] capacity = _model.Capacity[k];
            double paid = 0;
            for (int t = 0; t < row.Length; t++)
            {
                paid += row[t] * capacity[t];
            }

            total -= paid;
        }

        return total;
    }

    /// <summary>Turns the direction towards the new subgradient; returns its squared length.</summary>
    private double Turn(double[][] lambda, double[][] direction)
    {
        double product = 0;
        double oldNorm = 0;
        double[][] gradient = _use.Change;
        for (int k = 0; k < direction.Length; k++)
        {
            double used = 0;
            for (int t = 0; t < direction[k].Length; t++)
            {
                used += gradient[k][t];
                double excess = used - _model.Capacity[k][t];
                product += excess * direction[k][t];
                oldNorm += direction[k][t] * direction[k][t];
            }
        }

        double keep = product < 0 && oldNorm > 0 ? -Deflection * product / oldNorm : 0;
        double norm = 0;
        for (int k = 0; k < direction.Length; k++)
        {
            double used = 0;
            for (int t = 0; t < direction[k].Length; t++)
            {
                used += gradient[k][t];
                double turned = used - _model.Capacity[k][t] + (keep * direction[k][t]);
                turned = turned < 0 && lambda[k][t] == 0 ? 0 : turned;
                direction[k][t] = turned;
                norm += turned * turned;
            }
        }

        return norm;
    }

    private static void Move(double[][] lambda, double[][] direction, double step)
    {
        for (int k = 0; k < lambda.Length; k++)
        {
            for (int t = 0; t < lambda[k].Length; t++)
            {
                lambda[k][t] = Math.Max(0, lambda[k][t] + (step * direction[k][t]));
            }
        }
    }

    private void Round()
    {
        double[][] rounded = [.. Best.Select(static row => Array.ConvertAll(row, Math.Round))];
        BestValue = Evaluate(rounded);
        Best = rounded;
        double[][] none = Rows();
        double plain = Evaluate(none);
        if (plain > BestValue)
        {
            (Best, BestValue) = (none, plain);
        }
    }

    /// <summary>
    /// Prices as if every job could run at any time: the cheapest slots fill up to a marginal price, and every cheaper slot charges the difference. Exact for equal jobs
    /// of one slot that share a window; a start for all others.
    /// </summary>
    private double[][] WarmStart()
    {
        double[][] lambda = Rows();
        int k = BusiestResource(out double work, out double ratePerUnit);
        int[] cheapestFirst = [.. Enumerable.Range(0, _model.SlotCount).OrderBy(t => _model.Problem.Prices[t]).ThenBy(static t => t)];
        double room = 0;
        double marginal = double.NegativeInfinity;
        foreach (int t in cheapestFirst)
        {
            room += _model.Capacity[k][t];
            marginal = _model.Problem.Prices[t];
            if (room >= work)
            {
                break;
            }
        }

        for (int t = 0; t < _model.SlotCount; t++)
        {
            lambda[k][t] = Math.Max(0, (marginal - _model.Problem.Prices[t]) * ratePerUnit);
        }

        return lambda;
    }

    private int BusiestResource(out double work, out double ratePerUnit)
    {
        int busiest = 0;
        double most = -1;
        work = 0;
        ratePerUnit = 0;
        for (int k = 0; k < _model.ResourceCount; k++)
        {
            double area = 0;
            double rate = 0;
            for (int j = 0; j < _model.JobCount; j++)
            {
                area += _model.Demand[(j * _model.ResourceCount) + k] * _model.Duration[j];
                rate += _model.Rate[j] * _model.Duration[j];
            }

            double share = area / Math.Max(double.Epsilon, _model.Capacity[k].Sum());
            if (share > most && area > 0)
            {
                (busiest, most, work, ratePerUnit) = (k, share, area, rate / area);
            }
        }

        return busiest;
    }
}
