namespace Vouch.Economy.Scheduling.Solver;

/// <summary>Orders and sets of jobs that respect who waits for whom.</summary>
internal static class Precedence
{
    /// <summary>The jobs in the wanted sequence, except that each is preceded by its predecessors.</summary>
    public static IEnumerable<int> PredecessorsFirst(SolverModel model, int[] sequence)
    {
        if (!model.HasPrecedence)
        {
            return sequence;
        }

        int[] rank = new int[model.JobCount];
        for (int i = 0; i < sequence.Length; i++)
        {
            rank[sequence[i]] = i;
        }

        int[] open = [.. model.Predecessors.Select(static list => list.Length)];
        var ready = new PriorityQueue<int, int>();
        foreach (int j in sequence)
        {
            if (open[j] == 0)
            {
                ready.Enqueue(j, rank[j]);
            }
        }

        var result = new List<int>(sequence.Length);
        while (ready.TryDequeue(out int j, out _))
        {
            result.Add(j);
            foreach (int s in model.Successors[j])
            {
                if (--open[s] == 0)
                {
                    ready.Enqueue(s, rank[s]);
                }
            }
        }

        return result;
    }

    /// <summary>The jobs in groups that no predecessor leads out of.</summary>
    public static int[][] Components(SolverModel model)
    {
        int[] root = [.. Enumerable.Range(0, model.JobCount)];
        for (int j = 0; j < model.JobCount; j++)
        {
            foreach (int p in model.Predecessors[j])
            {
                root[Find(p)] = Find(j);
            }
        }

        return [.. Enumerable.Range(0, model.JobCount).GroupBy(Find).Select(static group => group.ToArray())];

        int Find(int j)
        {
            while (root[j] != j)
            {
                j = root[j] = root[root[j]];
            }

            return j;
        }
    }
}
