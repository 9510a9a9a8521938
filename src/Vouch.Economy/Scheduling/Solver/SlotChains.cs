using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// Moves jobs that may use any slots to cheaper ones that are free, or that others of their class make free: each takes over the slot that the next one leaves, the last a
/// free one. Within a class (equal rates and demands) only the first and the last slot of such a chain change the cost, so looking for a chain is looking for a way from
/// slot to slot (an augmenting path; J. Edmonds and R. M. Karp, <i>Journal of the ACM</i> 19, 1972). Afterwards the slots within each class are shared out at the least
/// cost that the runs of all others leave. Holds scratch memory: one per thread.
/// </summary>
internal sealed class SlotChains
{
    private const int WordBits = WindowKernel.WordBits;

    private readonly SolverModel _model;
    private readonly int[] _class;
    private readonly int[][] _jobs;
    private readonly int _words;
    private readonly int[] _dearestFirst;
    private readonly ulong[] _open;
    private readonly ulong[] _union;
    private readonly ulong[] _unseen;
    private readonly bool[] _isDead;
    private readonly int[] _from;
    private readonly int[] _by;
    private readonly int[] _queue;
    private readonly int[] _slots;
    private int _seen;
    private long _looks;

    public SlotChains(SolverModel model, JobClasses classes)
    {
        _model = model;
        _class = classes.Of;
        _jobs = [.. Enumerable.Range(0, model.JobCount).Where(j => model.Pieces[j].Kind == PieceKind.AnySlots).GroupBy(j => classes.Of[j]).Select(static group => group.ToArray())];
        _words = WindowKernel.WordsFor(model.SlotCount);
        double[] price = [.. model.Problem.Prices.Prices.ToArray().Select(static p => -p)];
        _dearestFirst = [.. Enumerable.Range(0, model.SlotCount)];
        Array.Sort(price, _dearestFirst);
        _open = new ulong[_jobs.Length == 0 ? 0 : model.JobCount * _words];
        _union = new ulong[_words];
        _unseen = new ulong[_words];
        _isDead = new bool[model.SlotCount];
        _from = new int[model.SlotCount];
        _by = new int[model.SlotCount];
        _queue = new int[model.SlotCount];
        _slots = new int[model.SlotCount];
    }

    /// <summary>Carries out chains until there are none, or so many runs were looked at, or time is over. Jobs without a place stay so. Returns how many runs were looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public long Improve(SlotPlan plan, long looks, Func<bool> mayGoOn)
    {
        _looks = looks;
        foreach (int[] jobs in _jobs)
        {
            Array.Clear(_union);
            foreach (int j in jobs)
            {
                Open(plan, j);
            }

            for (bool gained = true; gained;)
            {
                gained = false;
                Array.Clear(_isDead);
                foreach (int slot in _dearestFirst)
                {
                    while (!_isDead[slot])
                    {
                        if (_looks <= 0 || !mayGoOn())
                        {
                            return looks - _looks;
                        }

                        int cheapest = Search(plan, _class[jobs[0]], slot);
                        if (cheapest >= 0)
                        {
                            Apply(plan, slot, cheapest);
                            gained = true;
                            continue;
                        }

                        // What leads nowhere from here does so from all that was seen: those slots are no dearer.
                        _isDead[slot] = true;
                        for (int i = 0; i < _seen; i++)
                        {
                            _isDead[_queue[i]] = true;
                        }
                    }
                }
            }
        }

        return looks - _looks;
    }

    /// <summary>The slots a job could use beside those it does. Who waits or is waited for keeps inside what it spans.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Open(SlotPlan plan, int job)
    {
        Span<ulong> open = _open.AsSpan(job * _words, _words);
        open.Clear();
        if (!plan.IsPlaced(job))
        {
            return;
        }

        bool chained = _model.Predecessors[job].Length > 0 || _model.Successors[job].Length > 0;
        int from = chained ? plan.Start(job) : _model.Head[job];
        int to = chained ? plan.End(job) : _model.HardDue[job];
        for (int t = from; t < to; t++)
        {
            open[t / WordBits] |= 1UL << (t % WordBits);
        }

        for (int w = 0; w < open.Length; w++)
        {
            _union[w] |= open[w];
        }

        foreach (int t in plan.Slots(job))
        {
            open[t / WordBits] &= ~(1UL << (t % WordBits));
        }
    }

    /// <summary>Looks for the cheapest free slot that a chain leads to; returns -1 where none is cheaper than the slot it begins at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Search(SlotPlan plan, int jobClass, int slot)
    {
        ReadOnlySpan<double> price = _model.Problem.Prices.Prices;
        _union.CopyTo(_unseen, 0);
        _unseen[slot / WordBits] &= ~(1UL << (slot % WordBits));
        int left = 0;
        foreach (ulong word in _unseen)
        {
            left += BitOperations.PopCount(word);
        }

        _seen = 0;
        int best = -1;
        double least = price[slot];
        int at = slot;
        for (int looked = 0; ; at = _queue[looked++])
        {
            for (int i = 0; i < plan.RunningAt(at) && _seen < left; i++)
            {
                _looks--;
                int job = plan.RunningAt(at, i);
                if (_class[job] != jobClass || _model.Pieces[job].Kind != PieceKind.AnySlots)
                {
                    continue;
                }

                ReadOnlySpan<ulong> open = _open.AsSpan(job * _words, _words);
                for (int w = 0; w < open.Length; w++)
                {
                    ulong reach = open[w] & _unseen[w];
                    _unseen[w] ^= reach;
                    for (; reach != 0; reach &= reach - 1)
                    {
                        int t = (w * WordBits) + BitOperations.TrailingZeroCount(reach);
                        _from[t] = at;
                        _by[t] = job;
                        _queue[_seen++] = t;
                        if (price[t] < least && plan.Fits(job, t))
                        {
                            (best, least) = (t, price[t]);
                        }
                    }
                }
            }

            if (looked == _seen || _seen == left)
            {
                return best;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Apply(SlotPlan plan, int slot, int cheapest)
    {
        for (int to = cheapest; to != slot; to = _from[to])
        {
            int job = _by[to];
            int from = _from[to];
            ReadOnlySpan<int> slots = plan.Slots(job);
            int count = slots.Length;
            slots.CopyTo(_slots);
            _slots[slots.IndexOf(from)] = to;
            Array.Sort(_slots, 0, count);
            double cost = 0;
            foreach (int t in _slots.AsSpan(0, count))
            {
                cost += _model.PricePrefix[t + 1] - _model.PricePrefix[t];
            }

            plan.Remove(job);
            plan.Place(job, _slots.AsSpan(0, count), [], _model.Rate[job] * cost);
            _open[(job * _words) + (from / WordBits)] |= 1UL << (from % WordBits);
            _open[(job * _words) + (to / WordBits)] &= ~(1UL << (to % WordBits));
        }
    }
}
