namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// A problem as flat arrays, jobs in the ordinal order of their ids, so that nothing that follows depends on the order of the input.
/// Immutable after construction.
/// </summary>
internal sealed class SolverModel
{
    public SolverModel(SchedulingProblem problem)
    {
        Problem = problem;
        Jobs = [.. problem.Jobs.OrderBy(static job => job.Id, StringComparer.Ordinal)];
        int n = Jobs.Length;
        JobCount = n;
        SlotCount = problem.SlotCount;
        ResourceCount = problem.Pools.Count;
        PricePrefix = problem.Prices.Prefix;
        Duration = new int[n];
        Head = new int[n];
        Due = new int[n];
        HardDue = new int[n];
        OwnDue = new int[n];
        OwnPenalty = new double[n];
        Rate = new double[n];
        Penalty = new double[n];
        Pieces = new PieceRule[n];
        Demand = new double[n * ResourceCount];
        Predecessors = new int[n][];
        Successors = new int[n][];
        Capacity = new double[ResourceCount][];
        for (int k = 0; k < ResourceCount; k++)
        {
            double tolerance = problem.CapacityTolerance(k);
            double[] row = Capacity[k] = new double[SlotCount];
            for (int t = 0; t < SlotCount; t++)
            {
                row[t] = problem.Pools[k].CapacityAt(t) + tolerance;
            }
        }

        for (int j = 0; j < n; j++)
        {
            Job job = Jobs[j];
            Duration[j] = job.DurationSlots;
            Head[j] = job.Release;
            HardDue[j] = Math.Min(job.Deadline, SlotCount);
            Rate[j] = job.Rate;
            OwnDue[j] = HardDue[j];
            Penalty[j] = OwnPenalty[j] = job.Penalty ?? double.PositiveInfinity;
            Pieces[j] = PieceRule.Of(job);
            job.DemandSpan.CopyTo(Demand.AsSpan(j * ResourceCount));
        }

        Link();
        Topological = Sort();
        if (CycleMember is null)
        {
            Propagate();
        }
    }

    public SchedulingProblem Problem { get; }

    public Job[] Jobs { get; }

    public int JobCount { get; }

    public int SlotCount { get; }

    public int ResourceCount { get; }

    /// <summary>Sums of prices before each slot.</summary>
    public double[] PricePrefix { get; }

    public int[] Duration { get; }

    /// <summary>The earliest start: release, raised by the predecessors' shortest runs.</summary>
    public int[] Head { get; }

    /// <summary>The latest end, lowered by the shortest runs of all successors as long as that leaves a window; the search keeps to it.</summary>
    public int[] Due { get; }

    /// <summary>The latest end in any schedule, lowered by the shortest runs of the successors that must run.</summary>
    public int[] HardDue { get; }

    /// <summary>The deadline itself or the horizon's end: certificates know no more, whatever else follows from precedence.</summary>
    public int[] OwnDue { get; }

    /// <summary>The cost of the rejection itself, infinite where the job must run; what certificates go by.</summary>
    public double[] OwnPenalty { get; }

    public double[] Rate { get; }

    /// <summary>The cost of rejection, infinite for jobs that must run or that such a job waits for.</summary>
    public double[] Penalty { get; }

    public PieceRule[] Pieces { get; }

    /// <summary>Demand of job j for resource k at <c>j * ResourceCount + k</c>.</summary>
    public double[] Demand { get; }

    public int[][] Predecessors { get; }

    public int[][] Successors { get; }

    /// <summary>Jobs in an order in which predecessors come first.</summary>
    public int[] Topological { get; }

    /// <summary>Capacity per resource and slot, tolerance included.</summary>
    public double[][] Capacity { get; }

    /// <summary>A job whose predecessors lead back to itself, or null.</summary>
    public string? CycleMember { get; private set; }

    public bool HasPrecedence { get; private set; }

    /// <summary>Whether prices, rates, demands, capacities and penalties are whole numbers, so that sums are exact.</summary>
    public bool IsWhole()
    {
        foreach (double price in Problem.Prices.Prices)
        {
            if (!double.IsInteger(price))
            {
                return false;
            }
        }

        return Array.TrueForAll(Rate, double.IsInteger)
            && Array.TrueForAll(Demand, double.IsInteger)
            && Array.TrueForAll(Penalty, static value => double.IsInteger(value) || double.IsPositiveInfinity(value))
            && Array.TrueForAll(Capacity, static row => Array.TrueForAll(row, double.IsInteger));
    }

    /// <summary>Whether a certificate lets the job use any slots of its window: every preemptible job, even one that may have no second piece.</summary>
    public bool IsDivisible(int job) =>
        Jobs[job].Preemption is { } rule && (Duration[job] > 1 || (rule.MaxSegments > 1 && rule.ResumeOverheadSlots > 0));

    public bool MustRun(int job) => double.IsPositiveInfinity(Penalty[job]);

    /// <summary>Whether a slot is large enough for a job that has it to itself.</summary>
    public bool IsOpen(int job, int slot)
    {
        for (int k = 0; k < ResourceCount; k++)
        {
            if (Demand[(job * ResourceCount) + k] > Capacity[k][slot])
            {
                return false;
            }
        }

        return true;
    }

    private void Link()
    {
        var index = new Dictionary<string, int>(JobCount, StringComparer.Ordinal);
        var successors = new List<int>?[JobCount];
        for (int j = 0; j < JobCount; j++)
        {
            index.Add(Jobs[j].Id, j);
        }

        for (int j = 0; j < JobCount; j++)
        {
            Predecessors[j] = [.. Jobs[j].Predecessors.Select(id => index[id]).Order()];
            foreach (int p in Predecessors[j])
            {
                (successors[p] ??= []).Add(j);
                HasPrecedence = true;
            }
        }

        for (int j = 0; j < JobCount; j++)
        {
            Successors[j] = successors[j]?.ToArray() ?? [];
        }
    }

    private int[] Sort()
    {
        int[] open = [.. Predecessors.Select(static list => list.Length)];
        var order = new List<int>(JobCount);
        for (int j = 0; j < JobCount; j++)
        {
            if (open[j] == 0)
            {
                order.Add(j);
            }
        }

        for (int i = 0; i < order.Count; i++)
        {
            foreach (int s in Successors[order[i]])
            {
                if (--open[s] == 0)
                {
                    order.Add(s);
                }
            }
        }

        if (order.Count < JobCount)
        {
            CycleMember = Jobs[Array.FindIndex(open, static count => count > 0)].Id;
        }

        return [.. order];
    }

    private void Propagate()
    {
        foreach (int j in Topological)
        {
            foreach (int p in Predecessors[j])
            {
                Head[j] = (int)Math.Min(int.MaxValue, Math.Max(Head[j], (long)Head[p] + Duration[p]));
            }
        }

        HardDue.CopyTo(Due, 0);
        for (int i = JobCount - 1; i >= 0; i--)
        {
            int j = Topological[i];
            long soft = Due[j];
            foreach (int s in Successors[j])
            {
                soft = Math.Min(soft, (long)Due[s] - Duration[s]);
                if (MustRun(s))
                {
                    Penalty[j] = double.PositiveInfinity;
                    HardDue[j] = (int)Math.Max(int.MinValue, Math.Min(HardDue[j], (long)HardDue[s] - Duration[s]));
                }
            }

            Due[j] = soft - Head[j] >= Duration[j] ? (int)Math.Min(soft, HardDue[j]) : HardDue[j];
        }
    }
}
