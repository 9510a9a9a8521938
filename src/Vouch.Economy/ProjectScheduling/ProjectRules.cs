using System.Globalization;

namespace Vouch.Economy.ProjectScheduling;

/// <summary>Checks start times against the rules of a project, without any of the search's data structures.</summary>
internal static class ProjectRules
{
    public static List<string> Violations(ProjectProblem problem, IReadOnlyList<int> starts)
    {
        var bad = new List<string>();
        IReadOnlyList<ProjectActivity> activities = problem.Activities;
        if (starts.Count != activities.Count)
        {
            bad.Add(Text($"There are {starts.Count} start times for {activities.Count} activities."));
            return bad;
        }

        for (int i = 0; i < activities.Count; i++)
        {
            if (starts[i] < 0)
            {
                bad.Add(Text($"Activity '{activities[i].Id}' starts at {starts[i]}, before slot 0."));
            }

            foreach (string predecessor in activities[i].Predecessors)
            {
                int before = problem.IndexOf(predecessor);
                long end = (long)starts[before] + activities[before].Duration;
                if (starts[i] < end)
                {
                    bad.Add(Text($"Activity '{activities[i].Id}' starts at {starts[i]}, before its predecessor '{predecessor}' ends at {end}."));
                }
            }
        }

        for (int k = 0; k < problem.Resources.Count; k++)
        {
            CheckCapacity(problem, starts, k, bad);
        }

        return bad;
    }

    private static void CheckCapacity(ProjectProblem problem, IReadOnlyList<int> starts, int resource, List<string> bad)
    {
        var changes = new SortedDictionary<long, long>();
        for (int i = 0; i < starts.Count; i++)
        {
            ProjectActivity activity = problem.Activities[i];
            if (activity.Duration > 0 && activity.Demands[resource] > 0)
            {
                changes[starts[i]] = changes.GetValueOrDefault(starts[i]) + activity.Demands[resource];
                long end = (long)starts[i] + activity.Duration;
                changes[end] = changes.GetValueOrDefault(end) - activity.Demands[resource];
            }
        }

        long used = 0;
        ProjectResource pool = problem.Resources[resource];
        foreach ((long slot, long change) in changes)
        {
            used += change;
            if (used > pool.Capacity)
            {
                bad.Add(Text($"Slot {slot}: resource '{pool.Name}' carries {used} of {pool.Capacity}."));
            }
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
