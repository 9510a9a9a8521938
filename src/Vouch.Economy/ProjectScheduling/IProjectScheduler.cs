namespace Vouch.Economy.ProjectScheduling;

/// <summary>Finds a short schedule for a project.</summary>
/// <remarks>Implementations are safe to share: one solve keeps no state for the next.</remarks>
public interface IProjectScheduler
{
    /// <summary>Gets the name that its schedules carry.</summary>
    string Name { get; }

    /// <summary>Solves a project.</summary>
    /// <param name="problem">What to schedule.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>A feasible schedule; every project has one.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ProjectSchedule Solve(ProjectProblem problem, CancellationToken cancellationToken = default);
}
