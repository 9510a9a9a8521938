using System.Numerics;

namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// Branch and bound for few jobs: every part is bounded by the Lagrangian relaxation of the capacity rows with exact runs (pieces under their rules), its prices moved on by
/// a few subgradient steps from those of the part it came from; starts and slots whose reduced cost exceeds the gap are struck out (M. L. Fisher, <i>Management Science</i>
/// 27, 1981; step directions after P. Camerini, L. Fratta and F. Maffioli, <i>Mathematical Programming Study</i> 3, 1975). When it ends, the best plan is proven optimal.
/// Not safe to share.
/// </summary>
internal sealed partial class ExactSearch
{
    private const int RootSteps = 400;
    private const int Steps = 24;

    /// <summary>Deeper than this the search gives up: it would be far from an end anyway.</summary>
    private const int MostDepth = 400;

    private const int WordBits = WindowKernel.WordBits;

    private readonly SolverModel _model;
    private readonly JobClasses _classes;
    private readonly double[] _penalty;
    private readonly IReadOnlyList<CapacityRow> _rows;
    private readonly double[][] _weight;
    private readonly double[] _factor;
    private readonly double[] _room;
    private readonly double[] _minusRoom;
    private readonly double[][] _base;
    private readonly bool[] _isSorted;
    private readonly int _words;
    private readonly int _slots;
    private readonly double _unitOfCost;
    private readonly List<ExactNode> _nodes = [];
    private readonly ExactNode _root;
    private readonly PieceSearch _pieceSearch;
    private readonly double[][] _unit;
    private readonly double[][] _prefix;
    private readonly int[][] _order;
    private readonly double[] _load;
    private readonly double[] _direction;
    private readonly double[] _trial;
    private readonly double[] _bestPrices;
    private readonly double[] _jobCost;
    private readonly int[] _start;
    private readonly ulong[] _run;
    private readonly Segment[]?[] _pieces;
    private readonly bool[] _open;
    private readonly double[] _forcedPrefix;
    private readonly double[] _mean;
    private readonly double[] _meanRejected;
    private readonly Segment[]?[] _bestPieces;
    private readonly ulong[] _bestRun;
    private readonly Decision[] _decisions = new Decision[MostDepth + 1];
    private readonly int[] _sidesTaken = new int[MostDepth + 1];
    private int _depth = -1; // of the part in hand; above the root where there is none
    private bool _isNew; // whether that part was not bounded yet
    private int _sampled;

    /// <summary>Starts a search below the cost of a known plan.</summary>
    public ExactSearch(SolverModel model, JobClasses classes, double[] penalty, IReadOnlyList<CapacityRow> rows, double[][] prices, SlotPlan plan, double upperBound)
    {
        _model = model;
        _classes = classes;
        _penalty = penalty;
        _rows = rows;
        _slots = model.SlotCount;
        _words = WindowKernel.WordsFor(_slots);
        UpperBound = upperBound;
        _unitOfCost = UnitOfCost(model, upperBound);
        int n = model.JobCount;
        _weight = [.. rows.SelectMany(row => Enumerable.Range(0, classes.Count).Select(c => Enumerable.Range(0, _slots).Select(t => row.Weight[c][row.Weight[c].Length == 1 ? 0 : t]).ToArray()))];
        _factor = [.. _weight.Select(static weight => Array.TrueForAll(weight, w => w == weight[0]) ? weight[0] : double.NaN)];
        _room = [.. rows.SelectMany(static row => row.Room)];
        _minusRoom = Array.ConvertAll(_room, static room => -room);
        _base = [.. classes.Representative.Select(j => Enumerable.Range(0, _slots).Select(t => model.Rate[j] * model.Problem.Prices[t]).ToArray())];
        _isSorted = [.. Enumerable.Range(0, classes.Count).Select(c => Enumerable.Range(0, n).Any(j => classes.Of[j] == c && model.Pieces[j].Kind == PieceKind.AnySlots))];
        _pieceSearch = new PieceSearch(model);
        _unit = [.. Enumerable.Range(0, classes.Count).Select(_ => new double[_slots])];
        _prefix = [.. Enumerable.Range(0, classes.Count).Select(_ => new double[_slots + 1])];
        _order = [.. Enumerable.Range(0, classes.Count).Select(_ => Enumerable.Range(0, _slots).ToArray())];
        _load = new double[_room.Length];
        _direction = new double[_room.Length];
        _trial = new double[_room.Length];
        _bestPrices = new double[_room.Length];
        _jobCost = new double[n];
        _start = new int[n];
        _run = new ulong[n * _words];
        _pieces = new Segment[n][];
        _open = new bool[_slots];
        _forcedPrefix = new double[_slots + 1];
        _mean = new double[n * _slots];
        _meanRejected = new double[n];
        _bestPieces = new Segment[n][];
        _bestRun = new ulong[n * _words];
        _root = new ExactNode(n, _words, rows.Count, _slots);
        for (int r = 0; r < rows.Count; r++)
        {
            prices[r].CopyTo(_root.Prices, r * _slots);
        }

        for (int j = 0; j < n; j++)
        {
            _root.MayReject[j] = !model.MustRun(j);
            _root.MayRun[j] = Open(_root, j);
            foreach (int t in plan.Slots(j))
            {
                Set(_bestRun, j, t);
            }

            if (plan.IsPlaced(j) && model.Pieces[j].Kind == PieceKind.Pieces)
            {
                _bestPieces[j] = plan.Pieces(j);
            }
        }

        if (!Propagate(_root) || Raise(_root, RootSteps) > Limit || !Strike(_root))
        {
            IsProven = true;
        }
    }

    /// <summary>The cost of the best plan known.</summary>
    public double UpperBound { get; private set; }

    /// <summary>Whether the search found a plan cheaper than the one it started with.</summary>
    public bool FoundBetter { get; private set; }

    public long Nodes { get; private set; }

    /// <summary>Whether nothing is cheaper than <see cref="UpperBound"/>.</summary>
    public bool IsProven { get; private set; }

    /// <summary>Searches everything, or goes on with it, up to so many parts. Where it comes to the end, the best plan is proven optimal.</summary>
    public void Run(long nodes, Func<bool> mayGoOn)
    {
        if (IsProven)
        {
            return;
        }

        if (_depth < 0)
        {
            NodeAt(0).CopyFrom(_root);
            Begin();
        }

        IsProven = Search(nodes, mayGoOn);
    }

    /// <summary>Goes on below the plan of another search of the same problem, where that one is cheaper.</summary>
    public void Adopt(ExactSearch other)
    {
        if (other.UpperBound < UpperBound)
        {
            UpperBound = other.UpperBound;
            FoundBetter = true;
            other._bestRun.CopyTo(_bestRun, 0);
            other._bestPieces.CopyTo(_bestPieces, 0);
        }
    }

    /// <summary>Puts the best plan found into an empty plan.</summary>
    public void Fill(SlotPlan plan)
    {
        int[] slots = new int[_slots];
        foreach (int j in _model.Topological)
        {
            int count = 0;
            double cost = 0;
            for (int t = 0; t < _slots; t++)
            {
                if (Has(_bestRun, j, t))
                {
                    slots[count++] = t;
                    cost += _model.PricePrefix[t + 1] - _model.PricePrefix[t];
                }
            }

            if (count > 0)
            {
                int[] lengths = _model.Pieces[j].Kind switch
                {
                    PieceKind.AnySlots => [],
                    PieceKind.Pieces => [.. _bestPieces[j]!.Select(static piece => piece.Length)],
                    _ => [count],
                };
                plan.Place(j, slots.AsSpan(0, count), lengths, _model.Rate[j] * cost);
            }
        }
    }

    /// <summary>The difference that two unequal costs have at least: where all is whole, every cost is a multiple of the greatest common divisor of rates and penalties.</summary>
    private static double UnitOfCost(SolverModel model, double upperBound)
    {
        if (!model.IsWhole() || Math.Abs(upperBound) > 1e15)
        {
            return 1e-9 * Math.Max(1, Math.Abs(upperBound));
        }

        BigInteger divisor = 0;
        for (int j = 0; j < model.JobCount; j++)
        {
            divisor = BigInteger.GreatestCommonDivisor(divisor, new BigInteger(model.Rate[j]));
            divisor = model.MustRun(j) ? divisor : BigInteger.GreatestCommonDivisor(divisor, new BigInteger(model.Penalty[j]));
        }

        return Math.Max(1, (double)divisor);
    }

    /// <summary>Opens the starts or slots of a job that has the pools to itself; returns whether there are any.</summary>
    private bool Open(ExactNode node, int job)
    {
        bool any = false;
        bool solid = _model.Pieces[job].Kind == PieceKind.One;
        int length = _model.Duration[job];
        int free = 0;
        for (int t = _model.Head[job]; t < _model.HardDue[job]; t++)
        {
            bool open = _model.IsOpen(job, t);
            free = open ? free + 1 : 0;
            if (solid ? free >= length : open)
            {
                Set(node.Allow, job, solid ? t - length + 1 : t);
                any = true;
            }
        }

        return any && (solid || Count(node.Allow, job) >= length);
    }

    private ExactNode NodeAt(int depth)
    {
        while (_nodes.Count <= depth)
        {
            _nodes.Add(new ExactNode(_model.JobCount, _words, _rows.Count, _slots));
        }

        return _nodes[depth];
    }

    /// <summary>The largest value that would still be an improvement.</summary>
    private double Limit => UpperBound - _unitOfCost + (1e-9 * Math.Max(1, Math.Abs(UpperBound)));

    /// <summary>Takes the first node for the part in hand.</summary>
    private void Begin() => (_depth, _isNew) = (0, true);

    /// <summary>Goes on in depth first, up to so many parts; returns whether that came to the end.</summary>
    private bool Search(long nodes, Func<bool> mayGoOn)
    {
        while (_depth >= 0)
        {
            ExactNode node = NodeAt(_depth);
            if (_isNew)
            {
                if (_depth == MostDepth || nodes-- <= 0 || !mayGoOn())
                {
                    return false;
                }

                Nodes++;
                _isNew = false;
                bool isOpen = Propagate(node) && Raise(node, Steps) <= Limit && Strike(node) && Propagate(node);
                _decisions[_depth] = isOpen ? Choose(node) : default;
                _sidesTaken[_depth] = 0;
            }

            Decision decision = _decisions[_depth];
            if (decision.Kind == DecisionKind.None || _sidesTaken[_depth] == 2)
            {
                _depth--;
                continue;
            }

            bool isFirst = _sidesTaken[_depth]++ == 0;
            ExactNode child = NodeAt(_depth + 1);
            child.CopyFrom(node);
            if (Apply(child, decision, decision.First == isFirst))
            {
                _depth++;
                _isNew = true;
            }
        }

        return true;
    }

    private bool Has(ulong[] set, int job, int t) => ((set[(job * _words) + (t / WordBits)] >> (t % WordBits)) & 1) != 0;

    private void Set(ulong[] set, int job, int t) => set[(job * _words) + (t / WordBits)] |= 1UL << (t % WordBits);

    private void Clear(ulong[] set, int job, int t) => set[(job * _words) + (t / WordBits)] &= ~(1UL << (t % WordBits));

    private int Count(ulong[] set, int job)
    {
        int count = 0;
        foreach (ulong word in set.AsSpan(job * _words, _words))
        {
            count += BitOperations.PopCount(word);
        }

        return count;
    }

    private int First(ulong[] set, int job)
    {
        for (int w = 0; w < _words; w++)
        {
            if (set[(job * _words) + w] is not 0 and var word)
            {
                return (w * WordBits) + BitOperations.TrailingZeroCount(word);
            }
        }

        return int.MaxValue;
    }

    private int Last(ulong[] set, int job)
    {
        for (int w = _words - 1; w >= 0; w--)
        {
            if (set[(job * _words) + w] is not 0 and var word)
            {
                return (w * WordBits) + WordBits - 1 - BitOperations.LeadingZeroCount(word);
            }
        }

        return -1;
    }
}
