namespace Vouch.Economy.Scheduling.Solver;

/// <summary>What the baselines share: an empty plan, filled by a rule, and the schedule made of it.</summary>
internal static class Baseline
{
    /// <summary>Fills an empty plan.</summary>
    public delegate void Rule(SlotPlan plan, RunSearch search, SearchFacts facts);

    /// <summary>Solves a problem by a rule.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="name">The name of the baseline.</param>
    /// <param name="rule">What fills the plan.</param>
    /// <param name="runsNow">Whether the rule is the one that other schedules are compared with.</param>
    /// <param name="cancellationToken">Stops before the work begins; the rule watches it afterwards.</param>
    public static Schedule Solve(SchedulingProblem problem, string name, Rule rule, bool runsNow, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(problem);
        cancellationToken.ThrowIfCancellationRequested();
        SolverModel model = problem.Model;
        var layout = new RunLayout(model);
        var search = new RunSearch(model, layout);
        var plan = new SlotPlan(model, layout);
        var facts = new SearchFacts(model, new JobClasses(model), Surrogate.Penalties(model));
        rule(plan, search, facts);
        var bound = new CostBound(facts.Bound, RelaxedBound.WithoutCapacitiesName);
        return Outcome.Schedule(model, plan, search, name, bound, runsNow ? Outcome.Cost(model, plan) : null);
    }

    /// <summary>Refuses an order that has no name.</summary>
    public static TOrder Named<TOrder>(TOrder order)
        where TOrder : struct, Enum =>
        Enum.IsDefined(order) ? order : throw new ArgumentOutOfRangeException(nameof(order), order, "The order is one of the named ones.");
}
