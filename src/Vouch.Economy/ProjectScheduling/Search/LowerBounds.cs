namespace Vouch.Economy.ProjectScheduling.Search;

/// <summary>Makespans that no schedule can be below.</summary>
/// <remarks>
/// Sources: the critical path; the work of activities with long heads and tails over the capacity; energetic reasoning, which refutes a makespan T where some interval
/// must hold more work than it can (P. Baptiste, C. Le Pape and W. Nuijten, <i>Annals of Operations Research</i> 92, 1999), raised while T is refuted.
/// </remarks>
internal static class LowerBounds
{
    /// <summary>Above this many activities only the bounds that take O(n log n) are computed; energetic reasoning takes O(n^3) per makespan.</summary>
    private const int MostForIntervals = 250;

    private const int MostForPairs = 4_000;

    public static ProjectBound Of(ProjectModel model)
    {
        var bound = new ProjectBound(model.CriticalPath, "critical path");
        for (int k = 0; k < model.ResourceCount; k++)
        {
            int value = model.Capacity[k] == 0 ? 0 : model.Count <= MostForPairs ? HeadsAndTails(model, k) : Work(model, k);
            if (value > bound.Value)
            {
                bound = new ProjectBound(value, "resource capacity");
            }
        }

        if (model.Count <= MostForIntervals)
        {
            // Whatever refutes a makespan refutes every shorter one: double the step until one stands, then halve.
            int low = bound.Value;
            int step = 1;
            while (low < model.Horizon && IsRefuted(model, low))
            {
                int next = Math.Min(model.Horizon, low + step);
                low = IsRefuted(model, next - 1) ? next : Halve(model, low + 1, next - 1);
                step *= 2;
            }

            if (low > bound.Value)
            {
                bound = new ProjectBound(low, "energetic reasoning");
            }
        }

        return bound;
    }

    /// <summary>The shortest makespan in a range that is not refuted; the last of the range is known not to be.</summary>
    private static int Halve(ProjectModel model, int low, int high)
    {
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            (low, high) = IsRefuted(model, middle) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static int Work(ProjectModel model, int resource)
    {
        long work = 0;
        for (int i = 0; i < model.Count; i++)
        {
            work += (long)model.Demands[resource][i] * model.Duration[i];
        }

        return (int)((work + model.Capacity[resource] - 1) / model.Capacity[resource]);
    }

    /// <summary>For any a and b: a, then the work of all activities with heads of a and tails of b at least, then b.</summary>
    private static int HeadsAndTails(ProjectModel model, int resource)
    {
        int[] users = [.. Enumerable.Range(0, model.Count).Where(i => model.Demands[resource][i] > 0).OrderByDescending(i => model.Head[i])];
        int best = 0;
        foreach (int tail in users.Select(i => model.Tail[i]).Distinct())
        {
            long work = 0;
            foreach (int i in users)
            {
                if (model.Tail[i] >= tail)
                {
                    work += (long)model.Demands[resource][i] * model.Duration[i];
                    best = Math.Max(best, model.Head[i] + (int)((work + model.Capacity[resource] - 1) / model.Capacity[resource]) + tail);
                }
            }
        }

        return best;
    }

    /// <summary>Whether some interval must hold more work than it can if the project ends at a makespan.</summary>
    private static bool IsRefuted(ProjectModel model, int makespan)
    {
        int[] begins = [.. model.Head.Distinct().Order()];
        int[] ends = [.. model.Tail.Select(tail => makespan - tail).Distinct().Order()];
        int[] latest = [.. Enumerable.Range(0, model.Count).Select(i => makespan - model.Tail[i] - model.Duration[i])];
        for (int k = 0; k < model.ResourceCount; k++)
        {
            int[] users = [.. Enumerable.Range(0, model.Count).Where(i => model.Demands[k][i] > 0)];
            foreach (int begin in begins)
            {
                foreach (int end in ends)
                {
                    if (end > begin && MustHold(model, users, k, latest, begin, end) > (long)model.Capacity[k] * (end - begin))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    /// <summary>The work that an interval holds however the activities are shifted inside their windows.</summary>
    private static long MustHold(ProjectModel model, int[] users, int resource, int[] latest, int begin, int end)
    {
        long work = 0;
        int[] demands = model.Demands[resource];
        foreach (int i in users)
        {
            int early = model.Head[i] + model.Duration[i] - begin;
            int late = end - latest[i];
            int inside = Math.Min(Math.Min(early, late), Math.Min(model.Duration[i], end - begin));
            if (inside > 0)
            {
                work += (long)demands[i] * inside;
            }
        }

        return work;
    }
}
