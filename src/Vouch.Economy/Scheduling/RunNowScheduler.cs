using Vouch.Core.Exceptions;
using Vouch.Economy.Scheduling.Solver;

namespace Vouch.Economy.Scheduling;

/// <summary>The baseline that pays no heed to prices: every job runs in one piece as early as it can, by deadline, by arrival or by the work that waits for it.</summary>
/// <remarks>Safe to share. O(jobs * slots). Equal jobs are told apart by priority, then by id, never by their order in the input.</remarks>
public sealed class RunNowScheduler : IScheduler
{
    private readonly RunNowOrder _order;

    /// <summary>Initializes the baseline.</summary>
    /// <param name="order">Who gets the earliest places; by deadline unless told otherwise.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is not one of the named ones.</exception>
    public RunNowScheduler(RunNowOrder order = RunNowOrder.EarliestDeadline)
    {
        _order = Baseline.Named(order);
    }

    /// <inheritdoc/>
    public string Name => _order switch
    {
        RunNowOrder.Arrival => "run-now (arrival)",
        RunNowOrder.UpwardRank => "run-now (upward rank)",
        _ => "run-now (earliest deadline)",
    };

    /// <inheritdoc/>
    /// <exception cref="SchedulingException">A job that must run found no place; this baseline does not search for another one.</exception>
    public Schedule Solve(SchedulingProblem problem, CancellationToken cancellationToken = default) =>
        Baseline.Solve(problem, Name, (plan, search, _) => RunNow.Build(plan, search, _order, cancellationToken), runsNow: true, cancellationToken);
}
