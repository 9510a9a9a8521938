using Vouch.Core.Exceptions;
using Vouch.Economy.Scheduling.Solver;

namespace Vouch.Economy.Scheduling;

/// <summary>The baseline that most tools stop at: one job after the other in the cheapest window that is still free.</summary>
/// <remarks>
/// Safe to share. O(jobs * slots). Where cheap slots are scarce it often costs more than running everything at once, since those that come first take them from those that
/// have no other. Equal jobs are told apart by id, never by their order in the input.
/// </remarks>
public sealed class CheapestWindowScheduler : IScheduler
{
    private readonly CheapestWindowOrder _order;

    /// <summary>Initializes the baseline.</summary>
    /// <param name="order">Who gets the cheapest windows; in the order of arrival unless told otherwise.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is not one of the named ones.</exception>
    public CheapestWindowScheduler(CheapestWindowOrder order = CheapestWindowOrder.Arrival)
    {
        _order = Baseline.Named(order);
    }

    /// <inheritdoc/>
    public string Name => _order == CheapestWindowOrder.Arrival ? "cheapest window (arrival)" : "cheapest window (largest penalty)";

    /// <inheritdoc/>
    /// <exception cref="SchedulingException">A job that must run found no place; this baseline does not search for another one.</exception>
    public Schedule Solve(SchedulingProblem problem, CancellationToken cancellationToken = default) =>
        Baseline.Solve(
            problem,
            Name,
            (plan, search, facts) => new ListConstruction(plan.Model, facts, search)
                .Build(plan, _order == CheapestWindowOrder.Arrival ? ListOrder.Arrival : ListOrder.Penalty, guide: null, cancellationToken),
            runsNow: false,
            cancellationToken);
}
