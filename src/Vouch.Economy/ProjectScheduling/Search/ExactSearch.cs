using System.Numerics;

namespace Vouch.Economy.ProjectScheduling.Search;

/// <summary>
/// Asks for a schedule shorter than the best, again and again, until none exists, and proves that: windows of starts are narrowed by precedence, by the profile of what must
/// run, and by clauses learned from dead ends. It begins close to the best schedule, so that it also improves where it cannot prove.
/// </summary>
/// <remarks>
/// <para>
/// A side is one end of a window of starts: side 2i is the latest start of activity i, side 2i + 1 is minus its earliest start, so that every narrowing lowers a side. A limit
/// (side, value) says that the side is at most the value; its opposite is (side ^ 1, -value - 1). Not safe to share.
/// </para>
/// <para>
/// Sources: lazy clause generation, A. Schutt, T. Feydy, P. J. Stuckey and M. G. Wallace, <i>Explaining the cumulative propagator</i>, Constraints 16, 2011; clauses, J. P.
/// Marques-Silva and K. A. Sakallah, <i>GRASP</i>, IEEE Transactions on Computers 48, 1999; restarts, M. Luby, A. Sinclair and D. Zuckerman, Information Processing
/// Letters 47, 1993; decisions close to the best schedule, E. Demirovic, G. Chu and P. J. Stuckey, <i>Solution-based phase saving for CP</i>, CP 2018.
/// </para>
/// </remarks>
internal sealed partial class ExactSearch
{
    /// <summary>The most activities times slots: decisions are kept for each pair, 20 bytes each.</summary>
    private const int MostDecisions = 1_000_000;

    /// <summary>Above this many activities a dead end is rarely met before the time is over.</summary>
    private const int MostActivities = 500;

    /// <summary>Conflicts to the first restart, as many solvers have it.</summary>
    private const int RestartUnit = 100;

    /// <summary>How many conflicts are between two looks at the budget.</summary>
    private const int LookInterval = 16;

    private readonly ProjectModel _model;
    private readonly int _count;
    private readonly int _slots;
    private readonly DecisionHeap _decisions;
    private int[] _best;
    private bool _inConflict;
    private bool _begun;
    private long _restarts = 1;
    private long _patience = RestartUnit;
    private long _conflicts;

    public ExactSearch(ProjectModel model, int[] best, int makespan)
    {
        _model = model;
        _count = model.Count;
        _slots = makespan + 1;
        _best = best;
        Makespan = makespan;
        _decisions = new DecisionHeap(_count * _slots);
        _side = new int[2 * _count];
        _last = new int[2 * _count];
        _watches = new List<Watch>[2 * _count];
        _kept = new int[2 * _count];
        _free = new uint[_slots + (2 * Lanes)];
        Array.Fill(_last, -1);
        Array.Fill(_kept, None);
        Array.Fill(_free, model.PackedCapacity);
        for (int side = 0; side < _watches.Length; side++)
        {
            _watches[side] = [];
        }

        for (int i = 0; i < _count; i++)
        {
            _side[Latest(i)] = makespan - model.Tail[i] - model.Duration[i];
            _side[Earliest(i)] = -model.Head[i];
        }

        for (int i = 0; i < _count; i++)
        {
            Cover(i, _side[Latest(i)], model.Head[i] + model.Duration[i]);
        }
    }

    /// <summary>The makespan of the best schedule.</summary>
    public int Makespan { get; private set; }

    /// <summary>The start of each activity in the best schedule.</summary>
    public ReadOnlySpan<int> Best => _best;

    /// <summary>Whether no schedule is shorter than the best.</summary>
    public bool IsProven { get; private set; }

    /// <summary>The work so far, in schedules: every narrowing of a window counts as an activity placed.</summary>
    public long Generated => _narrowings / _count;

    /// <summary>Gets whether a project is of a size and kind that this search takes: profiles must fit into lanes.</summary>
    public static bool Takes(ProjectModel model, int makespan) =>
        model.PackedDemand.Length > 0 && model.Count <= MostActivities && (long)model.Count * (makespan + 1) <= MostDecisions;

    /// <summary>Takes over a schedule that is no longer than the best: the search goes on close to it.</summary>
    public void Adopt(int[] starts, int makespan)
    {
        _best = starts;
        Aim(makespan);
    }

    /// <summary>Searches until the best schedule is proven to be a shortest one or the budget is used up.</summary>
    /// <param name="limit">The most work, in schedules, that of earlier runs included.</param>
    /// <param name="target">A makespan that needs no proof.</param>
    /// <param name="mayGoOn">Tells whether to go on; asked every few conflicts.</param>
    public void Run(long limit, int target, Func<bool> mayGoOn)
    {
        if (!_begun)
        {
            _begun = true;
            Aim(Makespan);
        }

        while (!IsProven && Makespan > target && Generated < limit)
        {
            if (!_inConflict && Propagate())
            {
                if (!Decide())
                {
                    Keep();
                }

                continue;
            }

            _inConflict = false;
            IsProven = !Learn();
            if (--_patience <= 0)
            {
                GoBack(0);
                Forget();
                _patience = RestartUnit * Luby(++_restarts);
            }

            if (++_conflicts % LookInterval == 0 && !mayGoOn())
            {
                return;
            }
        }
    }

    private static int Latest(int activity) => 2 * activity;

    private static int Earliest(int activity) => (2 * activity) + 1;

    /// <summary>The i-th of 1, 1, 2, 1, 1, 2, 4, 1, ...</summary>
    private static long Luby(long i)
    {
        while (!BitOperations.IsPow2(i + 1))
        {
            i -= (1L << BitOperations.Log2((ulong)i)) - 1;
        }

        return (i + 1) / 2;
    }

    /// <summary>Every window is a single start: a schedule.</summary>
    private void Keep()
    {
        int[] starts = new int[_count];
        int makespan = 0;
        for (int i = 0; i < _count; i++)
        {
            starts[i] = _side[Latest(i)];
            makespan = Math.Max(makespan, starts[i] + _model.Duration[i]);
        }

        Adopt(starts, makespan);
    }

    /// <summary>Asks for schedules shorter than a makespan from now on. Clauses stay true: they hold for whatever is shorter.</summary>
    private void Aim(int makespan)
    {
        Makespan = makespan;
        GoBack(0);
        for (int i = 0; i < _count && !IsProven; i++)
        {
            IsProven = !Narrow(Latest(i), makespan - 1 - _model.Tail[i] - _model.Duration[i], Reason.None);
        }
    }

    /// <summary>Takes the next decision, as the best schedule has it.</summary>
    /// <returns>False where nothing is left to decide.</returns>
    private bool Decide()
    {
        while (_decisions.TryTake(_level + 1, out int id))
        {
            (int activity, int slot) = Math.DivRem(id, _slots);
            if (_side[Latest(activity)] > slot && -_side[Earliest(activity)] <= slot)
            {
                OpenLevel();
                _inConflict = _best[activity] <= slot ? !Narrow(Latest(activity), slot, Reason.None) : !Narrow(Earliest(activity), -slot - 1, Reason.None);
                return true;
            }
        }

        // No conflict spoke of what is left: what can start first starts first, the most urgent one of several.
        int pick = -1;
        for (int i = 0; i < _count; i++)
        {
            int start = -_side[Earliest(i)];
            int latest = _side[Latest(i)];
            if (start < latest && (pick < 0 || (start, latest).CompareTo((-_side[Earliest(pick)], _side[Latest(pick)])) < 0))
            {
                pick = i;
            }
        }

        if (pick < 0)
        {
            return false;
        }

        OpenLevel();
        _inConflict = !Narrow(Latest(pick), -_side[Earliest(pick)], Reason.None);
        return true;
    }
}
