namespace Vouch.Economy.Scheduling.Solver;

/// <summary>One solve of <see cref="PriceAwareListScheduler"/>: baseline, construction, bound, guided construction, repair, improvement.</summary>
internal sealed class ListSolve
{
    private readonly SolverModel _model;
    private readonly SchedulerOptions _options;
    private readonly PlacementSearch _search;
    private readonly CancellationToken _cancellationToken;
    private readonly double[] _penalty;

    public ListSolve(SolverModel model, SchedulerOptions options, TimeProvider time, long started, CancellationToken cancellationToken)
    {
        _model = model;
        _options = options;
        _search = new PlacementSearch(model);
        _cancellationToken = cancellationToken;
        _penalty = Surrogate.Penalties(model);
    }

    public Schedule Run(string name)
    {
        Plan runNow = RunNow.Build(_model, _search, RunNowOrder.EarliestDeadline, _cancellationToken);
        var construction = new ListConstruction(_model, _search, _penalty);
        Plan best = construction.Build(ListOrder.Regret, null, _cancellationToken);
        CostBound bound = RelaxedBound.WithoutCapacities(_model);
        return Outcome.Schedule(_model, best, _search, name, bound, Outcome.Cost(_model, runNow));
    }
}
