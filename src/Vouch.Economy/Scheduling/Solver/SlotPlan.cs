using System.Runtime.CompilerServices;

namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// A plan made for many small changes: the slots of every run, what is left of every resource, and for every slot who runs in it. Placing and removing a job takes
/// O(slots of its run * resources). Not safe to share.
/// </summary>
internal sealed class SlotPlan
{
    private readonly RunLayout _layout;
    private readonly int[] _slots;
    private readonly int[] _positions;
    private readonly int[] _pieceLengths;
    private readonly int[] _length;
    private readonly int[] _pieces;
    private readonly double[] _cost;
    private readonly Occupant[][] _running;
    private readonly int[] _runningCount;

    public SlotPlan(SolverModel model, RunLayout layout)
    {
        Model = model;
        _layout = layout;
        _slots = new int[layout.Slots[^1]];
        _positions = new int[layout.Slots[^1]];
        _pieceLengths = new int[layout.Pieces[^1]];
        _length = new int[model.JobCount];
        _pieces = new int[model.JobCount];
        _cost = new double[model.JobCount];
        _running = new Occupant[model.SlotCount][];
        _runningCount = new int[model.SlotCount];
        Array.Fill(_running, []);
        Free = [.. model.Capacity.Select(row => Padded(row, layout.Words))];
    }

    public SolverModel Model { get; }

    public RunLayout Layout => _layout;

    /// <summary>What is left, per resource and slot, padded to whole words with values that carry nothing.</summary>
    public double[][] Free { get; }

    public bool IsPlaced(int job) => _length[job] > 0;

    public double Cost(int job) => _cost[job];

    public int Start(int job) => _slots[_layout.Slots[job]];

    public int End(int job) => _slots[_layout.Slots[job] + _length[job] - 1] + 1;

    /// <summary>The slots of a job's run, in the order of time; empty where it has no place.</summary>
    public ReadOnlySpan<int> Slots(int job) => _slots.AsSpan(_layout.Slots[job], _length[job]);

    /// <summary>The lengths of the pieces where the job has a rule for them.</summary>
    public ReadOnlySpan<int> PieceLengths(int job) => _pieceLengths.AsSpan(_layout.Pieces[job], _pieces[job]);

    /// <summary>The pieces of a placed job.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Segment[] Pieces(int job)
    {
        ReadOnlySpan<int> slots = Slots(job);
        ReadOnlySpan<int> lengths = PieceLengths(job);
        if (lengths.Length > 0)
        {
            var given = new Segment[lengths.Length];
            for (int i = 0, at = 0; i < given.Length; at += lengths[i++])
            {
                given[i] = new Segment(slots[at], lengths[i]);
            }

            return given;
        }

        var pieces = new List<Segment>();
        int start = 0;
        for (int i = 1; i <= slots.Length; i++)
        {
            if (i == slots.Length || slots[i] != slots[i - 1] + 1)
            {
                pieces.Add(new Segment(slots[start], i - start));
                start = i;
            }
        }

        return [.. pieces];
    }

    /// <summary>Whether a slot has room for a job.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Fits(int job, int slot)
    {
        int k0 = job * Model.ResourceCount;
        for (int k = 0; k < Free.Length; k++)
        {
            if (Free[k][slot] < Model.Demand[k0 + k])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes capacity for a job or gives it back without placing it.</summary>
    public void Use(int job, ReadOnlySpan<int> slots, double sign) => Occupy(job, slots, sign);

    public int RunningAt(int slot) => _runningCount[slot];

    public int RunningAt(int slot, int index) => _running[slot][index].Job;

    /// <summary>Empties the plan and says what is left for it beside the runs that it will <see cref="Adopt"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Reset(double[][] free)
    {
        for (int k = 0; k < Free.Length; k++)
        {
            Array.Copy(free[k], Free[k], Model.SlotCount);
        }

        Array.Clear(_length);
        Array.Clear(_runningCount);
    }

    /// <summary>Takes over where a job stands in another plan; what is left does not change.</summary>
    public void Adopt(SlotPlan other, int job)
    {
        if (other.IsPlaced(job))
        {
            Enter(job, other.Slots(job), other.PieceLengths(job), other.Cost(job));
        }
    }

    /// <summary>Whether a job stands in the same slots in another plan.</summary>
    public bool IsSame(SlotPlan other, int job) =>
        Slots(job).SequenceEqual(other.Slots(job)) && (!IsPlaced(job) || PieceLengths(job).SequenceEqual(other.PieceLengths(job)));

    public void Place(int job, ReadOnlySpan<int> slots, ReadOnlySpan<int> pieceLengths, double cost)
    {
        Occupy(job, slots, -1);
        Enter(job, slots, pieceLengths, cost);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Enter(int job, ReadOnlySpan<int> slots, ReadOnlySpan<int> pieceLengths, double cost)
    {
        int at = _layout.Slots[job];
        slots.CopyTo(_slots.AsSpan(at));
        pieceLengths.CopyTo(_pieceLengths.AsSpan(_layout.Pieces[job]));
        _length[job] = slots.Length;
        _pieces[job] = pieceLengths.Length;
        _cost[job] = cost;
        for (int i = 0; i < slots.Length; i++)
        {
            int t = slots[i];
            int count = _runningCount[t]++;
            if (count == _running[t].Length)
            {
                Array.Resize(ref _running[t], Math.Max(8, count * 2));
            }

            _running[t][count] = new Occupant(job, at + i);
            _positions[at + i] = count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Remove(int job)
    {
        ReadOnlySpan<int> slots = Slots(job);
        int at = _layout.Slots[job];
        Occupy(job, slots, 1);
        for (int i = 0; i < slots.Length; i++)
        {
            int t = slots[i];
            int last = --_runningCount[t];
            Occupant moved = _running[t][last];
            int position = _positions[at + i];
            _running[t][position] = moved;
            _positions[moved.Entry] = position;
        }

        _length[job] = 0;
    }

    /// <summary>The first slot the job may use beside its placed predecessors, or -1 where one of them has no place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Earliest(int job)
    {
        int earliest = Model.Head[job];
        foreach (int p in Model.Predecessors[job])
        {
            if (_length[p] == 0)
            {
                return -1;
            }

            earliest = Math.Max(earliest, End(p));
        }

        return earliest;
    }

    /// <summary>The slot before which the job must end beside its placed successors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Latest(int job)
    {
        int latest = Model.Due[job];
        foreach (int s in Model.Successors[job])
        {
            if (_length[s] > 0)
            {
                latest = Math.Min(latest, Start(s));
            }
        }

        return latest;
    }

    private static double[] Padded(double[] row, int words)
    {
        double[] padded = new double[words * WindowKernel.WordBits];
        Array.Fill(padded, -1);
        row.CopyTo(padded, 0);
        return padded;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Occupy(int job, ReadOnlySpan<int> slots, double sign)
    {
        int k0 = job * Model.ResourceCount;
        for (int k = 0; k < Free.Length; k++)
        {
            double change = sign * Model.Demand[k0 + k];
            double[] free = Free[k];
            foreach (int t in slots)
            {
                free[t] += change;
            }
        }
    }

    private readonly record struct Occupant(int Job, int Entry);
}
