using System.Runtime.CompilerServices;

namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// Solves the relaxation itself, fractional runs under shared capacity, and with it the dual: the method of multipliers over the capacity rows, its quadratic minimised job
/// by job, each moving weight from its dearest run to its cheapest at the prices of that moment (block-coordinate Frank-Wolfe with pairwise steps; S. Lacoste-Julien and
/// M. Jaggi, NIPS 2015; multipliers after R. T. Rockafellar, <i>Mathematics of Operations Research</i> 1, 1976). The multipliers are prices for a bound, the weights say
/// where jobs want to run. Not safe to share.
/// </summary>
internal sealed partial class AugmentedLagrangian
{
    /// <summary>The most runs that a job mixes; where a further one is cheaper, the one of least weight gives way.</summary>
    public const int MostRuns = 8;

    /// <summary>What stands in place of the start of a run that is none: the rejection.</summary>
    public const int Rejected = -1;

    /// <summary>Jobs of one class and duration are looked at together, so many of so many jobs, and share the sums of their slot costs.</summary>
    private const int JobsPerChunk = 800;
    private const int LargestChunk = 64;

    private readonly SolverModel _model;
    private readonly JobClasses _classes;
    private readonly IReadOnlyList<CapacityRow> _rows;
    private readonly double[][] _multiplier;
    private readonly double[][] _lambda;
    private readonly double[][] _load;
    private readonly double[] _penalty;
    private readonly double[] _baseStiffness;
    private readonly double[] _stiffness;
    private readonly double[][] _base;
    private readonly int[][] _rowsOf;
    private readonly int[][] _chunks;
    private readonly int[] _start;
    private readonly double[] _weight;
    private readonly int[] _count;
    private readonly int[] _shapeAt;
    private readonly double[] _shape;
    private readonly double[] _unit;
    private readonly double[] _prefix;
    private readonly double[] _scratch;
    private readonly SplitMix _random = new(1);

    public AugmentedLagrangian(SolverModel model, JobClasses classes, IReadOnlyList<CapacityRow> rows, double[][] multiplier, double[] penalty, AugmentedLagrangian? from = null)
    {
        double priceScale = PriceScale(model);
        _model = model;
        _classes = classes;
        _rows = rows;
        _penalty = penalty;
        int slots = model.SlotCount;
        _multiplier = [.. multiplier.Select(static row => (double[])row.Clone())];
        _lambda = [.. multiplier.Select(static row => (double[])row.Clone())];
        _load = [.. multiplier.Select(static row => new double[row.Length])];
        _baseStiffness = new double[rows.Count];
        _stiffness = new double[rows.Count];
        _unit = new double[slots];
        _prefix = new double[slots + 1];
        _scratch = new double[slots];
        _base = new double[classes.Count][];
        _rowsOf = new int[classes.Count][];
        double[] work = new double[rows.Count];
        double[] rates = new double[rows.Count];
        double[] slotsOf = new double[classes.Count];
        _shapeAt = new int[model.JobCount];
        int shapes = 0;
        for (int j = 0; j < model.JobCount; j++)
        {
            slotsOf[classes.Of[j]] += model.Duration[j];
            _shapeAt[j] = -1;
            if (Window(j) >= model.Duration[j] && model.IsDivisible(j))
            {
                _shapeAt[j] = shapes;
                shapes = checked(shapes + Window(j));
            }
        }

        _shape = new double[shapes];
        for (int c = 0; c < classes.Count; c++)
        {
            int j = classes.Representative[c];
            double rate = model.Rate[j];
            _rowsOf[c] = [.. Enumerable.Range(0, rows.Count).Where(r => Array.Exists(rows[r].Weight[c], static w => w > 0))];
            double[] charge = _base[c] = new double[slots];
            for (int t = 0; t < slots; t++)
            {
                charge[t] = model.IsOpen(j, t) ? rate * model.Problem.Prices[t] : Shut(rate, priceScale);
            }

            foreach (int r in _rowsOf[c])
            {
                work[r] += rows[r].Weight[c].Average() * slotsOf[c];
                rates[r] += rate * slotsOf[c];
            }
        }

        for (int r = 0; r < rows.Count; r++)
        {
            double room = Math.Max(rows[r].Room.Average(), 1e-9);
            _baseStiffness[r] = work[r] > 0 ? priceScale * Math.Max(rates[r], 1e-9) / work[r] / room : 1;
        }

        _start = new int[model.JobCount * MostRuns];
        _weight = new double[model.JobCount * MostRuns];
        _count = new int[model.JobCount];
        _chunks = [.. Enumerable.Range(0, model.JobCount)
            .Where(j => Window(j) >= model.Duration[j])
            .GroupBy(j => (classes.Of[j], _shapeAt[j] < 0 ? model.Duration[j] : 0))
            .SelectMany(group => group.Chunk(Math.Clamp(model.JobCount / JobsPerChunk, 1, LargestChunk)))];
        SetStiffness(1);
        if (from is null)
        {
            foreach (int[] chunk in _chunks)
            {
                Charge(chunk);
                foreach (int j in chunk)
                {
                    Begin(j);
                }
            }
        }
        else
        {
            from._start.CopyTo(_start, 0);
            from._weight.CopyTo(_weight, 0);
            from._count.CopyTo(_count, 0);
            from._shape.CopyTo(_shape, 0);
            AddLoads();
        }

        Reprice();
    }

    /// <summary>The multipliers: prices per row and slot.</summary>
    public double[][] Multipliers => _multiplier;

    /// <summary>The prices at this moment, multipliers and stiffness together.</summary>
    public double[][] Prices => _lambda;

    /// <summary>How stiff the quadratic is, in units of the price scale per full overload.</summary>
    public double Stiffness { get; private set; }

    /// <summary>What the passes since the last update of the multipliers could still have gained, at most: how far the quadratic is from its minimum.</summary>
    public double Slack { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SetStiffness(double stiffness)
    {
        Stiffness = stiffness;
        for (int r = 0; r < _stiffness.Length; r++)
        {
            _stiffness[r] = _baseStiffness[r] * stiffness;
        }
    }

    /// <summary>Every job once; groups of like jobs in a new random order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pass(CancellationToken cancellationToken)
    {
        Slack = 0;
        for (int i = _chunks.Length - 1; i > 0; i--)
        {
            int other = _random.Next(i + 1);
            (_chunks[i], _chunks[other]) = (_chunks[other], _chunks[i]);
        }

        for (int i = 0; i < _chunks.Length; i++)
        {
            if (i % 64 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            int[] chunk = _chunks[i];
            Charge(chunk);
            if (_shapeAt[chunk[0]] < 0)
            {
                Solid(chunk);
            }
            else
            {
                foreach (int j in chunk)
                {
                    Split(j);
                }
            }
        }
    }

    /// <summary>Moves the multipliers to the prices of this moment; returns what the overloads cost at them, in absolute terms.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Update()
    {
        double unbalanced = 0;
        for (int r = 0; r < _lambda.Length; r++)
        {
            double[] room = _rows[r].Room;
            for (int t = 0; t < room.Length; t++)
            {
                double excess = _load[r][t] - room[t];
                unbalanced += excess > 0 ? excess * _lambda[r][t] : -excess * _lambda[r][t];
                _multiplier[r][t] = _lambda[r][t];
            }
        }

        Reprice();
        return unbalanced;
    }

    /// <summary>Goes on from other multipliers; the runs stay.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Reset(double[][] multipliers)
    {
        for (int r = 0; r < _multiplier.Length; r++)
        {
            multipliers[r].CopyTo(_multiplier[r], 0);
        }

        Reprice();
    }

    /// <summary>How many jobs of each class run in each slot, fractions added up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double[][] Running()
    {
        double[][] running = [.. Enumerable.Range(0, _classes.Count).Select(_ => new double[_model.SlotCount])];
        foreach (int j in _chunks.SelectMany(static chunk => chunk))
        {
            double[] row = running[_classes.Of[j]];
            int at = j * MostRuns;
            if (_shapeAt[j] >= 0)
            {
                ReadOnlySpan<double> shape = Shape(j);
                for (int i = 0; i < shape.Length; i++)
                {
                    row[_model.Head[j] + i] += _weight[at] * shape[i];
                }
            }

            for (int i = 0; i < _count[j]; i++)
            {
                for (int t = _start[at + i]; t >= 0 && t < _start[at + i] + _model.Duration[j]; t++)
                {
                    row[t] += _weight[at + i];
                }
            }
        }

        return running;
    }

    /// <summary>The heaviest run of a job in one piece: where it starts, or that it is rejected, and its weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public (int Start, double Weight) Heaviest(int job)
    {
        int best = 0;
        for (int i = 1; i < _count[job]; i++)
        {
            best = _weight[(job * MostRuns) + i] > _weight[(job * MostRuns) + best] ? i : best;
        }

        return _count[job] == 0 ? (Rejected, 1) : (_start[(job * MostRuns) + best], _weight[(job * MostRuns) + best]);
    }

    private static double Shut(double rate, double priceScale) => 1e6 * Math.Max(1, rate) * Math.Max(1, priceScale);

    private int Window(int job) => Due(job) - _model.Head[job];

    private int Due(int job) => _model.OwnDue[job];

    /// <summary>How far prices stray from their mean: the scale of the charges that move a job.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double PriceScale(SolverModel model)
    {
        ReadOnlySpan<double> prices = model.Problem.Prices.Prices;
        double mean = 0;
        foreach (double price in prices)
        {
            mean += price / prices.Length;
        }

        double variance = 0;
        foreach (double price in prices)
        {
            variance += (price - mean) * (price - mean) / prices.Length;
        }

        return Math.Max(Math.Sqrt(variance), Math.Max(1e-6 * Math.Abs(mean), 1e-9));
    }
}
