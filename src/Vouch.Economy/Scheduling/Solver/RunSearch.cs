using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// Finds the cheapest run of a job in what a <see cref="SlotPlan"/> leaves free: bit sets of slots that fit, eroded by the length of the run. Holds scratch memory:
/// one per thread.
/// </summary>
internal sealed class RunSearch
{
    private readonly SolverModel _model;
    private readonly PieceSearch _pieceSearch;
    private readonly ulong[] _fits;
    private readonly int[] _order;
    private readonly bool[] _open;
    private readonly int[] _slots;
    private readonly int[] _lengths;
    private int _slotCount;
    private int _pieceCount;

    public RunSearch(SolverModel model, RunLayout layout)
    {
        _model = model;
        _pieceSearch = new PieceSearch(model);
        _fits = new ulong[layout.Words + 1];
        _open = new bool[model.SlotCount];
        _slots = new int[model.SlotCount];
        _lengths = new int[model.SlotCount];
        double[] prices = model.Problem.Prices.Prices.ToArray();
        _order = [.. Enumerable.Range(0, model.SlotCount)];
        Array.Sort(prices, _order);
    }

    /// <summary>The slots of the run found last.</summary>
    public ReadOnlySpan<int> Slots => _slots.AsSpan(0, _slotCount);

    /// <summary>The lengths of its pieces where the job has a rule for them.</summary>
    public ReadOnlySpan<int> PieceLengths => _lengths.AsSpan(0, _pieceCount);

    /// <summary>What the run found last costs.</summary>
    public double Cost { get; private set; }

    /// <summary>Looks for the cheapest run between two slots.</summary>
    /// <param name="plan">What is taken.</param>
    /// <param name="job">The job.</param>
    /// <param name="from">The first slot it may use.</param>
    /// <param name="to">The slot before which it ends.</param>
    /// <param name="guide">What to compare by; the price where null.</param>
    /// <param name="blinks">Slots to overlook, or none: a random bit set rotated by the search.</param>
    /// <param name="inPieces">Whether a job with a rule for pieces may be cut; one piece is quicker.</param>
    public bool Find(SlotPlan plan, int job, int from, int to, SlotGuide? guide, ulong blinks, bool inPieces)
    {
        int length = _model.Duration[job];
        if (from < 0 || to - from < length)
        {
            return false;
        }

        MarkFits(plan, job, from, to);
        int first = from / WindowKernel.WordBits;
        int last = (to - 1) / WindowKernel.WordBits;
        _pieceCount = 0;
        switch (_model.Pieces[job].Kind)
        {
            case PieceKind.AnySlots:
                Blink(first, last, blinks);
                return AnySlots(job, first, last, length, guide?.Order(job) ?? _order);

            case PieceKind.Pieces when inPieces:
                return Pieces(job, from, to, guide?.Prefix(job) ?? _model.PricePrefix);

            default:
                WindowKernel.Erode(_fits, first, last, length);
                Blink(first, last, blinks);
                int start = WindowKernel.Cheapest(_fits, first, last, guide?.Prefix(job) ?? _model.PricePrefix, length, out _);
                if (start < 0)
                {
                    return false;
                }

                OnePiece(start, length);
                Cost = _model.Rate[job] * (_model.PricePrefix[start + length] - _model.PricePrefix[start]);
                return true;
        }
    }

    /// <summary>Looks for the earliest run in one piece.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool FindEarliest(SlotPlan plan, int job, int from, int to)
    {
        int length = _model.Duration[job];
        if (from < 0 || to - from < length)
        {
            return false;
        }

        MarkFits(plan, job, from, to);
        int first = from / WindowKernel.WordBits;
        int last = (to - 1) / WindowKernel.WordBits;
        WindowKernel.Erode(_fits, first, last, length);
        _pieceCount = 0;
        for (int w = first; w <= last; w++)
        {
            if (_fits[w] != 0)
            {
                int start = (w * WindowKernel.WordBits) + BitOperations.TrailingZeroCount(_fits[w]);
                OnePiece(start, length);
                Cost = _model.Rate[job] * (_model.PricePrefix[start + length] - _model.PricePrefix[start]);
                return true;
            }
        }

        return false;
    }

    /// <summary>All starts of runs in one piece that are free and cheaper than the rejection, and the rejection as -1, by cost; at least one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int AllStarts(SlotPlan plan, int job, int from, int to, double penalty, int[] starts, double[] costs)
    {
        int count = 0;
        int length = _model.Duration[job];
        if (from >= 0 && to - from >= length)
        {
            MarkFits(plan, job, from, to);
            int first = from / WindowKernel.WordBits;
            int last = (to - 1) / WindowKernel.WordBits;
            WindowKernel.Erode(_fits, first, last, length);
            for (int w = first; w <= last; w++)
            {
                for (ulong bits = _fits[w]; bits != 0; bits &= bits - 1)
                {
                    int start = (w * WindowKernel.WordBits) + BitOperations.TrailingZeroCount(bits);
                    double cost = _model.Rate[job] * (_model.PricePrefix[start + length] - _model.PricePrefix[start]);
                    if (cost < penalty)
                    {
                        starts[count] = start;
                        costs[count++] = cost;
                    }
                }
            }
        }

        Array.Sort(costs, starts, 0, count);
        // Who has a successor in the plan may not be rejected: that way costs more than any limit.
        bool mayBeRejected = !Array.Exists(_model.Successors[job], plan.IsPlaced);
        if (count == 0 || mayBeRejected)
        {
            starts[count] = -1;
            costs[count++] = mayBeRejected ? penalty : double.PositiveInfinity;
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MarkFits(SlotPlan plan, int job, int from, int to)
    {
        int k0 = job * _model.ResourceCount;
        WindowKernel.Fits(plan.Free[0], _model.Demand[k0], from, to, _fits, narrow: false);
        for (int k = 1; k < _model.ResourceCount; k++)
        {
            if (_model.Demand[k0 + k] > 0)
            {
                WindowKernel.Fits(plan.Free[k], _model.Demand[k0 + k], from, to, _fits, narrow: true);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Blink(int first, int last, ulong blinks)
    {
        if (blinks == 0)
        {
            return;
        }

        for (int w = first; w <= last; w++)
        {
            blinks = BitOperations.RotateLeft(blinks, 19);
            _fits[w] &= ~blinks;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void OnePiece(int start, int length)
    {
        _slotCount = length;
        for (int i = 0; i < length; i++)
        {
            _slots[i] = start + i;
        }

        _lengths[0] = length;
        _pieceCount = 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool AnySlots(int job, int first, int last, int length, int[] order)
    {
        if (WindowKernel.Count(_fits, first, last) < length)
        {
            return false;
        }

        int low = first * WindowKernel.WordBits;
        int high = (last + 1) * WindowKernel.WordBits;
        int taken = 0;
        double sum = 0;
        for (int i = 0; taken < length; i++)
        {
            int t = order[i];
            if (t >= low && t < high && ((_fits[t / WindowKernel.WordBits] >> (t % WindowKernel.WordBits)) & 1) != 0)
            {
                _slots[taken++] = t;
                sum += _model.PricePrefix[t + 1] - _model.PricePrefix[t];
            }
        }

        Array.Sort(_slots, 0, taken);
        _slotCount = taken;
        _pieceCount = 0;
        Cost = _model.Rate[job] * sum;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Pieces(int job, int from, int to, double[] prefix)
    {
        for (int t = from; t < to; t++)
        {
            _open[t] = ((_fits[t / WindowKernel.WordBits] >> (t % WindowKernel.WordBits)) & 1) != 0;
        }

        Segment[]? pieces = _pieceSearch.Cheapest(job, _open, from, to, prefix, out _);
        if (pieces is null)
        {
            return false;
        }

        double sum = 0;
        _slotCount = 0;
        _pieceCount = pieces.Length;
        for (int i = 0; i < pieces.Length; i++)
        {
            _lengths[i] = pieces[i].Length;
            sum += _model.PricePrefix[pieces[i].End] - _model.PricePrefix[pieces[i].Start];
            for (int t = pieces[i].Start; t < pieces[i].End; t++)
            {
                _slots[_slotCount++] = t;
            }
        }

        Cost = _model.Rate[job] * sum;
        return true;
    }
}
