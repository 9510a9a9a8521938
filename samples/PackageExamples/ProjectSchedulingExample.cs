using Vouch.Economy.ProjectScheduling;

namespace PackageExamples;

/// <summary>The program on project scheduling that the README of Vouch.Economy quotes.</summary>
public static class ProjectSchedulingExample
{
    /// <summary>Runs it.</summary>
    public static void Run()
    {
        #region readme
        // Three shots of a film on two render nodes and one artist: simulate, then render, then composite.
        ProjectResource[] resources = [new("node", 2), new("artist", 1)];
        var activities = Enumerable.Range(1, 3).SelectMany(shot => new ProjectActivity[]
        {
            new($"simulate {shot}", 3, [1, 0]),
            new($"render {shot}", 4, [2, 0], [$"simulate {shot}"]),
            new($"composite {shot}", 2, [0, 1], [$"render {shot}"]),
        });

        ProjectSchedule schedule = new GeneticProjectScheduler().Solve(new ProjectProblem(resources, activities));

        Console.WriteLine($"{schedule.Makespan} slots, {schedule.Bound.Value} at least; shot 2 renders at {schedule["render 2"]}");
        #endregion
    }
}
