using Vouch.Economy.ProjectScheduling;

namespace Vouch.Economy.Tests.ProjectScheduling;

/// <summary>The slow, obvious answers that the search is held against.</summary>
internal static class ProjectOracle
{
    /// <summary>The shortest makespan, by trying every list of activities in the serial scheme (one of them gives a shortest schedule).</summary>
    public static int Shortest(ProjectProblem problem)
    {
        int best = int.MaxValue;
        var starts = new Dictionary<string, int>();
        void Extend()
        {
            if (starts.Count == problem.Activities.Count)
            {
                best = Math.Min(best, problem.Activities.Max(a => starts[a.Id] + a.Duration));
                return;
            }

            foreach (ProjectActivity next in problem.Activities.Where(a => !starts.ContainsKey(a.Id) && a.Predecessors.All(starts.ContainsKey)))
            {
                starts[next.Id] = Earliest(problem, starts, next);
                if (starts[next.Id] + next.Duration < best)
                {
                    Extend();
                }

                starts.Remove(next.Id);
            }
        }

        Extend();
        return best;
    }

    /// <summary>Whether start times keep every rule, slot by slot.</summary>
    public static bool IsFeasible(ProjectProblem problem, IReadOnlyList<int> starts)
    {
        int end = problem.Activities.Select((a, i) => starts[i] + a.Duration).Max();
        Dictionary<string, int> ends = problem.Activities.Select((a, i) => (a.Id, End: starts[i] + a.Duration)).ToDictionary(x => x.Id, x => x.End);
        bool ordered = problem.Activities.Select((a, i) => starts[i] >= 0 && a.Predecessors.All(before => ends[before] <= starts[i])).All(x => x);
        return ordered && Enumerable.Range(0, end).All(slot => Enumerable.Range(0, problem.Resources.Count).All(k =>
            problem.Activities.Where((a, i) => starts[i] <= slot && slot < starts[i] + a.Duration).Sum(a => a.Demands[k]) <= problem.Resources[k].Capacity));
    }

    /// <summary>The earliest start beside what runs already, slot by slot.</summary>
    public static int Earliest(ProjectProblem problem, IReadOnlyDictionary<string, int> starts, ProjectActivity next)
    {
        int at = next.Predecessors.Select(before => starts[before] + problem.Activities.First(a => a.Id == before).Duration).Append(0).Max();
        while (!Enumerable.Range(at, next.Duration).All(slot => Enumerable.Range(0, problem.Resources.Count).All(k =>
            next.Demands[k] + problem.Activities.Where(a => starts.TryGetValue(a.Id, out int start) && start <= slot && slot < start + a.Duration).Sum(a => a.Demands[k])
            <= problem.Resources[k].Capacity)))
        {
            at++;
        }

        return at;
    }
}
