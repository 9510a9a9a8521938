using Vouch.Core.Exceptions;

namespace Vouch.Economy.Scheduling;

/// <summary>Places the jobs of a problem on its price curve.</summary>
/// <remarks>Implementations are safe to share: one solve keeps no state for the next.</remarks>
public interface IScheduler
{
    /// <summary>Gets the name that its schedules carry.</summary>
    string Name { get; }

    /// <summary>Solves a problem.</summary>
    /// <param name="problem">What to schedule.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>A feasible schedule: every job that must run has its place, every other one is placed or rejected at its penalty.</returns>
    /// <exception cref="SchedulingException">No feasible schedule exists, or none was found; the exception names the job, the constraint and a remedy.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Schedule Solve(SchedulingProblem problem, CancellationToken cancellationToken = default);
}
