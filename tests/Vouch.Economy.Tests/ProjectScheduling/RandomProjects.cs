using Vouch.Economy.ProjectScheduling;

namespace Vouch.Economy.Tests.ProjectScheduling;

/// <summary>Random projects from one seed each, with milestones, activities without demand, and capacities small or beyond a byte.</summary>
internal static class RandomProjects
{
    public static ProjectProblem Make(int seed, int count, bool large = false, int longest = 12)
    {
        var random = new Random(seed);
        int resources = large ? 1 + random.Next(6) : random.Next(5);
        int scale = large ? 1_000 : 1;
        int[] capacities = [.. Enumerable.Range(0, resources).Select(_ => scale * (1 + random.Next(12)))];
        var activities = new List<ProjectActivity>();
        for (int i = 0; i < count; i++)
        {
            int[] demands = [.. capacities.Select(capacity => random.Next(3) == 0 ? 0 : random.Next(capacity + 1))];
            IEnumerable<string> before = Enumerable.Range(0, i).Where(j => random.Next(count) < 2).Select(Name);
            activities.Add(new ProjectActivity(Name(i), random.Next(8) == 0 ? 0 : random.Next(1, longest + 1), demands, before));
        }

        return new ProjectProblem(capacities.Select((capacity, k) => new ProjectResource($"r{k}", capacity)), activities);
    }

    public static ProjectProblem Shuffled(ProjectProblem problem, int seed)
    {
        var random = new Random(seed);
        ProjectActivity[] activities = [.. problem.Activities];
        random.Shuffle(activities);
        return new ProjectProblem(problem.Resources, activities);
    }

    private static string Name(int i) => $"a{i:D3}";
}
