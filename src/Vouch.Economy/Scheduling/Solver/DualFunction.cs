using System.Runtime.CompilerServices;

namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// The Lagrangian dual function: at given prices of the capacity rows every job takes its cheapest relaxed run or its rejection. Jobs of one class and duration share
/// their window costs; a preemptible job takes the cheapest slots of its window. O(classes * slots * (rows + log slots) + jobs * window / 4). Holds scratch memory.
/// </summary>
internal sealed partial class DualFunction
{
    /// <summary>Up to so many jobs of a class, selecting in each window is quicker than building a tree.</summary>
    private const int FewJobs = 24;

    private readonly SolverModel _model;
    private readonly JobClasses _classes;
    private readonly int[][] _solidGroups;
    private readonly int[][] _splitGroups;
    private readonly double[][] _unit;
    private readonly double[] _prefix;
    private readonly double[] _window;
    private readonly bool[][]? _closed;
    private readonly RankTree _tree;
    private readonly int[][] _change;
    private readonly int[] _marked;
    private readonly double[] _few;
    private int _prefixOf;
    private readonly double[] _work;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public DualFunction(SolverModel model, JobClasses classes, IReadOnlyList<CapacityRow> rows)
    {
        _model = model;
        _classes = classes;
        Rows = rows;
        int slots = model.SlotCount;
        _unit = [.. Enumerable.Range(0, classes.Count).Select(_ => new double[slots])];
        _prefix = new double[slots + 1];
        _window = new double[slots + 1];
        _tree = new RankTree(Math.Min(slots, RankTree.MostSlots));
        Running = [.. Enumerable.Range(0, classes.Count).Select(_ => new double[slots])];
        _change = [.. Enumerable.Range(0, classes.Count).Select(_ => new int[slots + 1])];
        _marked = new int[slots];
        _few = new double[slots];
        _work = new double[classes.Count];
        var solid = new SortedDictionary<(int, int), List<int>>();
        var split = new SortedDictionary<int, List<int>>();
        for (int j = 0; j < model.JobCount; j++)
        {
            _work[classes.Of[j]] += model.Duration[j];
            if (model.OwnDue[j] - model.Head[j] < model.Duration[j])
            {
                Hopeless += model.OwnPenalty[j];
            }
            else if (!model.IsDivisible(j))
            {
                Group(solid, (classes.Of[j], model.Duration[j])).Add(j);
            }
            else
            {
                Group(split, classes.Of[j]).Add(j);
            }
        }

        _solidGroups = [.. solid.Values.Select(static list => list.ToArray())];
        _splitGroups = [.. split.Values.Select(static list => list.ToArray())];
        bool[][] closed = [.. classes.Representative.Select(j => Enumerable.Range(0, slots).Select(t => !model.IsOpen(j, t)).ToArray())];
        _closed = Array.Exists(closed, static row => Array.Exists(row, static shut => shut)) ? closed : null;
    }

    /// <summary>The rows that are priced.</summary>
    public IReadOnlyList<CapacityRow> Rows { get; }

    /// <summary>Penalties of the jobs that cannot run at all.</summary>
    public double Hopeless { get; }

    /// <summary>After an evaluation: how many jobs of each class the relaxed runs have in each slot.</summary>
    public double[][] Running { get; }

    /// <summary>Where set: an evaluation leaves here what each job's cheapest relaxed run costs, infinite where it has none.</summary>
    public double[]? RunCost { get; set; }

    /// <summary>After an evaluation: what a slot costs each class at these prices.</summary>
    public double[][] Unit => _unit;

    /// <summary>The slots that all jobs of a class run, taken together.</summary>
    public double SlotsOf(int jobClass) => _work[jobClass];

    /// <summary>The cost rate of a class.</summary>
    public double RateOf(int jobClass) => _model.Rate[_classes.Representative[jobClass]];

    /// <summary>The bound at given prices, row by row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Evaluate(double[][] lambda, CancellationToken cancellationToken)
    {
        Charge(lambda);
        double total = Hopeless;
        _prefixOf = -1;
        for (int c = 0; c < _classes.Count; c++)
        {
            Array.Clear(Running[c]);
            Array.Clear(_change[c]);
        }

        foreach (int[] group in _solidGroups)
        {
            cancellationToken.ThrowIfCancellationRequested();
            total += Solid(group);
        }

        foreach (int[] group in _splitGroups)
        {
            cancellationToken.ThrowIfCancellationRequested();
            total += Split(group);
        }

        for (int c = 0; c < _classes.Count; c++)
        {
            int running = 0;
            for (int t = 0; t < _model.SlotCount; t++)
            {
                running += _change[c][t];
                Running[c][t] += running;
            }
        }

        for (int r = 0; r < lambda.Length; r++)
        {
            double paid = 0;
            double[] room = Rows[r].Room;
            for (int t = 0; t < room.Length; t++)
            {
                paid += lambda[r][t] * room[t];
            }

            total -= paid;
        }

        return total;
    }

    /// <summary>How far the relaxed runs exceed each row: the subgradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Excess(double[][] excess)
    {
        for (int r = 0; r < excess.Length; r++)
        {
            CapacityRow row = Rows[r];
            double[] result = excess[r];
            for (int t = 0; t < result.Length; t++)
            {
                result[t] = -row.Room[t];
            }

            for (int c = 0; c < _classes.Count; c++)
            {
                double[] weight = row.Weight[c];
                double[] running = Running[c];
                if (weight.Length > 1)
                {
                    for (int t = 0; t < result.Length; t++)
                    {
                        result[t] += weight[t] * running[t];
                    }
                }
                else if (weight[0] > 0)
                {
                    RowKernel.AddScaled(result, running, weight[0]);
                }
            }
        }
    }

    private static List<int> Group<TKey>(SortedDictionary<TKey, List<int>> groups, TKey key)
        where TKey : notnull
    {
        if (!groups.TryGetValue(key, out List<int>? list))
        {
            groups.Add(key, list = []);
        }

        return list;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Charge(double[][] lambda)
    {
        ReadOnlySpan<double> price = _model.Problem.Prices.Prices;
        for (int c = 0; c < _classes.Count; c++)
        {
            double[] unit = _unit[c];
            double rate = _model.Rate[_classes.Representative[c]];
            for (int t = 0; t < unit.Length; t++)
            {
                unit[t] = rate * price[t];
            }

            for (int r = 0; r < lambda.Length; r++)
            {
                double[] weight = Rows[r].Weight[c];
                double[] charge = lambda[r];
                if (weight.Length > 1)
                {
                    for (int t = 0; t < unit.Length; t++)
                    {
                        unit[t] += weight[t] * charge[t];
                    }
                }
                else if (weight[0] > 0)
                {
                    RowKernel.AddScaled(unit, charge, weight[0]);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Solid(int[] group)
    {
        int c = _classes.Of[group[0]];
        int length = _model.Duration[group[0]];
        double[] unit = _unit[c];
        if (_prefixOf != c)
        {
            double sum = 0;
            for (int t = 0; t < unit.Length; t++)
            {
                sum += unit[t];
                _prefix[t + 1] = sum;
            }

            _prefixOf = c;
        }

        WindowKernel.Windows(_prefix, length, _window);
        if (_closed is not null)
        {
            int lastShut = -1;
            for (int t = 0; t < unit.Length; t++)
            {
                lastShut = _closed[c][t] ? t : lastShut;
                int s = t - length + 1;
                _window[Math.Max(0, s)] = s >= 0 && lastShut >= s ? double.PositiveInfinity : _window[Math.Max(0, s)];
            }
        }

        double total = 0;
        int[] change = _change[c];
        foreach (int j in group)
        {
            int head = _model.Head[j];
            double best = WindowKernel.Cheapest(_window.AsSpan(head, _model.OwnDue[j] - length - head + 1), out int at);
            if (RunCost is not null)
            {
                RunCost[j] = best;
            }

            if (best > _model.OwnPenalty[j])
            {
                total += _model.OwnPenalty[j];
                continue;
            }

            total += best;
            if (!double.IsPositiveInfinity(best))
            {
                change[head + at]++;
                change[head + at + length]--;
            }
        }

        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Split(int[] group)
    {
        int c = _classes.Of[group[0]];
        double[] unit = _unit[c];
        if (_closed is not null)
        {
            for (int t = 0; t < unit.Length; t++)
            {
                unit[t] = _closed[c][t] ? double.PositiveInfinity : unit[t];
            }
        }

        if (group.Length <= FewJobs || unit.Length > RankTree.MostSlots)
        {
            return SplitFew(group, unit, Running[c]);
        }

        _tree.Build(unit);
        Array.Clear(_marked);
        double total = 0;
        foreach (int j in group)
        {
            int head = _model.Head[j];
            int due = _model.OwnDue[j];
            int length = _model.Duration[j];
            double best = _tree.Cheapest(head, due, length, out int rank);
            if (rank >= _tree.OpenSlots)
            {
                total += _model.OwnPenalty[j];
                continue;
            }

            PieceRule rule = _model.Pieces[j];
            if (rule.Overhead > 0 && _tree.Lowest < 0)
            {
                // More pieces repeat slots: cheaper only where slots cost less than nothing.
                long slots = length + (long)rule.Overhead;
                for (int pieces = 2; pieces <= rule.MaxPieces && slots <= due - head; pieces++, slots += rule.Overhead)
                {
                    double longer = _tree.Cheapest(head, due, (int)slots, out int last);
                    if (longer < best && last < _tree.OpenSlots)
                    {
                        (best, rank) = (longer, last);
                    }
                }
            }

            if (RunCost is not null)
            {
                RunCost[j] = best;
            }

            if (best > _model.OwnPenalty[j])
            {
                total += _model.OwnPenalty[j];
                continue;
            }

            total += best;
            _tree.Mark(head, due, rank, _marked);
        }

        for (int t = 0; t < _marked.Length; t++)
        {
            Running[c][t] += _marked[t];
        }

        return total;
    }
}
