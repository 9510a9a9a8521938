using System.Globalization;
using Vouch.Core.Models;

namespace Vouch.Economy.ProjectScheduling;

/// <summary>When every activity of a project starts, how long that takes, and how short it could be at best.</summary>
/// <remarks>Immutable and safe to share. A schedule is feasible by construction: the constructor checks every rule of the project and refuses any other.</remarks>
public sealed class ProjectSchedule
{
    private readonly int[] _starts;

    /// <summary>Initializes a schedule.</summary>
    /// <param name="problem">The project it solves.</param>
    /// <param name="schedulerName">The name of the method that made it.</param>
    /// <param name="starts">The start of each activity, in the order of the project's activities; copied.</param>
    /// <param name="bound">A proven lower bound on the makespan.</param>
    /// <param name="generatedSchedules">How many schedules were generated to find it, 1 or more.</param>
    /// <exception cref="ArgumentException">The starts break a rule of the project; the message says which.</exception>
    public ProjectSchedule(ProjectProblem problem, string schedulerName, IReadOnlyList<int> starts, ProjectBound bound, long generatedSchedules)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentException.ThrowIfNullOrWhiteSpace(schedulerName);
        ArgumentNullException.ThrowIfNull(starts);
        ArgumentNullException.ThrowIfNull(bound);
        ArgumentOutOfRangeException.ThrowIfLessThan(generatedSchedules, 1);
        IReadOnlyList<string> bad = problem.FindViolations(starts);
        if (bad.Count > 0)
        {
            throw new ArgumentException($"Not a schedule of this project: {bad[0]}", nameof(starts));
        }

        Problem = problem;
        SchedulerName = schedulerName;
        _starts = [.. starts];
        Bound = bound;
        GeneratedSchedules = generatedSchedules;
        for (int i = 0; i < _starts.Length; i++)
        {
            Makespan = Math.Max(Makespan, _starts[i] + problem.Activities[i].Duration);
        }

        Evidence = Describe();
    }

    /// <summary>Gets the project.</summary>
    public ProjectProblem Problem { get; }

    /// <summary>Gets the name of the method that made it.</summary>
    public string SchedulerName { get; }

    /// <summary>Gets the start of each activity, in the order of the project's activities.</summary>
    public IReadOnlyList<int> Starts => _starts;

    /// <summary>Gets when the last activity ends.</summary>
    public int Makespan { get; }

    /// <summary>Gets the proven lower bound on the makespan.</summary>
    public ProjectBound Bound { get; }

    /// <summary>Gets whether no schedule is shorter, by proof.</summary>
    public bool IsOptimal => Makespan <= Bound.Value;

    /// <summary>Gets the distance to the bound as a fraction of it.</summary>
    /// <value>0 for a schedule proven optimal.</value>
    public double Gap => Makespan <= Bound.Value ? 0 : (double)(Makespan - Bound.Value) / Bound.Value;

    /// <summary>Gets the distance to the critical path as a fraction of it, the usual yardstick; 0 for a project without durations.</summary>
    public double OverCriticalPath => Problem.CriticalPath == 0 ? 0 : (double)(Makespan - Problem.CriticalPath) / Problem.CriticalPath;

    /// <summary>Gets how many schedules were generated, each pass of a generation scheme counted, and the exact search by its share: as many narrowed start windows as there are activities are one.</summary>
    public long GeneratedSchedules { get; }

    /// <summary>Gets what the schedule rests on.</summary>
    public Evidence Evidence { get; }

    /// <summary>Gets when an activity starts.</summary>
    /// <param name="activityId">The id of the activity.</param>
    /// <exception cref="ArgumentNullException"><paramref name="activityId"/> is null.</exception>
    /// <exception cref="KeyNotFoundException">There is no such activity.</exception>
    public int this[string activityId]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(activityId);
            int index = Problem.IndexOf(activityId);
            return index >= 0 ? _starts[index] : throw new KeyNotFoundException($"There is no activity '{activityId}'.");
        }
    }

    private Evidence Describe()
    {
        string verdict = IsOptimal ? "the schedule is a shortest one" : string.Create(CultureInfo.InvariantCulture, $"a gap of {Gap:P1}");
        return new Evidence(
            $"{SchedulerName}; bound: {Bound.Method}",
            GeneratedSchedules,
            isSufficient: true,
            interval: null,
            [
                string.Create(CultureInfo.InvariantCulture, $"Makespan {Makespan}, proven lower bound {Bound.Value} ({Bound.Method}): {verdict}."),
                string.Create(CultureInfo.InvariantCulture, $"The critical path is {Problem.CriticalPath}; {GeneratedSchedules} schedules were generated."),
            ]);
    }
}
