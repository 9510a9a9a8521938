namespace Vouch.Economy.ProjectScheduling.Search;

/// <summary>
/// A project compiled for the search: activities numbered in a topological order that does not depend on the order they were given in, precedence in both directions
/// without arcs that others imply, and demands packed where they fit.
/// </summary>
internal sealed class ProjectModel
{
    /// <summary>The largest capacity that a lane of the packed profile holds.</summary>
    public const int MaxLane = 127;

    private readonly int[] _given;

    public ProjectModel(ProjectProblem problem)
    {
        Count = problem.Activities.Count;
        ResourceCount = problem.Resources.Count;
        List<int>[] before = new List<int>[Count];
        List<int>[] after = new List<int>[Count];
        for (int i = 0; i < Count; i++)
        {
            before[i] = [];
            after[i] = [];
        }

        for (int i = 0; i < Count; i++)
        {
            foreach (string name in problem.Activities[i].Predecessors)
            {
                int j = problem.IndexOf(name);
                before[i].Add(j);
                after[j].Add(i);
            }
        }

        _given = Order(problem, before, after, out string? cycle);
        CycleMember = cycle;
        int[] rank = new int[Count];
        for (int i = 0; i < _given.Length; i++)
        {
            rank[_given[i]] = i;
        }

        Duration = new int[Count];
        Forward = new PrecedenceArcs([]);
        Reverse = Forward;
        Head = new int[Count];
        Tail = new int[Count];
        Demands = new int[ResourceCount][];
        Capacity = [.. problem.Resources.Select(static pool => pool.Capacity)];
        PackedDemand = [];
        if (cycle is not null)
        {
            return;
        }

        int[][] predecessors = new int[Count][];
        for (int i = 0; i < Count; i++)
        {
            Duration[i] = problem.Activities[_given[i]].Duration;
            Horizon += Duration[i];
            predecessors[i] = [.. before[_given[i]].Select(j => rank[j]).Order()];
        }

        Forward = new PrecedenceArcs(predecessors);
        Reverse = new PrecedenceArcs(Turned(predecessors));
        for (int k = 0; k < ResourceCount; k++)
        {
            Demands[k] = [.. _given.Select(i => problem.Activities[i].Duration > 0 ? problem.Activities[i].Demands[k] : 0)];
        }

        Pack();
        for (int i = 0; i < Count; i++)
        {
            foreach (int j in Forward.Of(i))
            {
                Head[i] = Math.Max(Head[i], Head[j] + Duration[j]);
            }

            CriticalPath = Math.Max(CriticalPath, Head[i] + Duration[i]);
        }

        for (int i = Count - 1; i >= 0; i--)
        {
            foreach (int j in Reverse.Of(i))
            {
                Tail[i] = Math.Max(Tail[i], Tail[j] + Duration[j]);
            }
        }
    }

    public int Count { get; }

    public int ResourceCount { get; }

    /// <summary>An activity on a circle of precedence, where there is one; the rest of the model is empty then.</summary>
    public string? CycleMember { get; }

    public int[] Duration { get; }

    /// <summary>Each activity's predecessors.</summary>
    public PrecedenceArcs Forward { get; }

    /// <summary>Each activity's successors: the predecessors in the project turned round.</summary>
    public PrecedenceArcs Reverse { get; }

    /// <summary>The longest chain that ends where the activity starts.</summary>
    public int[] Head { get; }

    /// <summary>The longest chain that starts where the activity ends.</summary>
    public int[] Tail { get; }

    public int CriticalPath { get; }

    /// <summary>The sum of the durations.</summary>
    public int Horizon { get; }

    /// <summary>Demands by resource and activity; 0 for milestones.</summary>
    public int[][] Demands { get; }

    public int[] Capacity { get; }

    /// <summary>Up to four demands in the four bytes of a word; empty where they do not fit.</summary>
    public uint[] PackedDemand { get; private set; }

    public uint PackedCapacity { get; private set; }

    /// <summary>The index of an activity in the order it was given in.</summary>
    public int Given(int activity) => _given[activity];

    private static int[][] Turned(int[][] predecessors)
    {
        var after = new List<int>[predecessors.Length];
        for (int i = 0; i < after.Length; i++)
        {
            after[i] = [];
        }

        for (int i = 0; i < predecessors.Length; i++)
        {
            foreach (int j in predecessors[i])
            {
                after[j].Add(i);
            }
        }

        return [.. after.Select(static list => list.ToArray())];
    }

    /// <summary>Orders by depth, then by id: an order that does not depend on how the activities were listed.</summary>
    private static int[] Order(ProjectProblem problem, List<int>[] before, List<int>[] after, out string? cycle)
    {
        int count = before.Length;
        int[] waiting = new int[count];
        int[] depth = new int[count];
        var order = new List<int>(count);
        for (int i = 0; i < count; i++)
        {
            waiting[i] = before[i].Count;
            if (waiting[i] == 0)
            {
                order.Add(i);
            }
        }

        for (int at = 0; at < order.Count; at++)
        {
            foreach (int next in after[order[at]])
            {
                depth[next] = Math.Max(depth[next], depth[order[at]] + 1);
                if (--waiting[next] == 0)
                {
                    order.Add(next);
                }
            }
        }

        if (order.Count < count)
        {
            cycle = OnCircle(problem, before, waiting);
            return [];
        }

        cycle = null;
        order.Sort((a, b) => depth[a] != depth[b] ? depth[a].CompareTo(depth[b]) : string.CompareOrdinal(problem.Activities[a].Id, problem.Activities[b].Id));
        return [.. order];
    }

    /// <summary>Walks back over activities that wait for each other until one comes round again.</summary>
    private static string OnCircle(ProjectProblem problem, List<int>[] before, int[] waiting)
    {
        int First(IEnumerable<int> among) => among.Where(i => waiting[i] > 0).MinBy(i => problem.Activities[i].Id, StringComparer.Ordinal);
        int at = First(Enumerable.Range(0, before.Length));
        var seen = new HashSet<int>();
        while (seen.Add(at))
        {
            at = First(before[at]);
        }

        return problem.Activities[at].Id;
    }

    private void Pack()
    {
        if (ResourceCount > 4 || Array.Exists(Capacity, static capacity => capacity > MaxLane))
        {
            return;
        }

        PackedDemand = new uint[Count];
        for (int k = 0; k < ResourceCount; k++)
        {
            PackedCapacity |= (uint)Capacity[k] << (8 * k);
            for (int i = 0; i < Count; i++)
            {
                PackedDemand[i] |= (uint)Demands[k][i] << (8 * k);
            }
        }
    }
}
