namespace Vouch.Economy.Scheduling.Solver;

/// <summary>One solve of <see cref="PriceAwareListScheduler"/>: baseline, bound, constructions, repair, improvement.</summary>
internal sealed class ListSolve
{
    private readonly SolverModel _model;
    private readonly SchedulerOptions _options;
    private readonly PlacementSearch _search;
    private readonly CancellationToken _cancellationToken;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly double[] _penalty;
    private Plan _best;
    private double _bestScore;

    public ListSolve(SolverModel model, SchedulerOptions options, TimeProvider time, long started, CancellationToken cancellationToken)
    {
        _model = model;
        _options = options;
        _time = time;
        _started = started;
        _cancellationToken = cancellationToken;
        _search = new PlacementSearch(model);
        _penalty = Surrogate.Penalties(model);
        _best = new Plan(model);
        _bestScore = double.PositiveInfinity;
    }

    public Schedule Run(string name)
    {
        RefuseImpossible();
        double? runNowCost = null;
        foreach (RunNowOrder order in (ReadOnlySpan<RunNowOrder>)[RunNowOrder.EarliestDeadline, RunNowOrder.Arrival])
        {
            Plan runNow = RunNow.Build(_model, _search, order, _cancellationToken);
            runNowCost = Less(runNowCost, Outcome.Cost(_model, runNow));
            Offer(runNow);
        }

        var construction = new ListConstruction(_model, _search, _penalty);
        Offer(construction.Build(ListOrder.Regret, null, _cancellationToken));
        var classes = new JobClasses(_model);
        var duals = new DualAscent(_model, classes, _cancellationToken);
        duals.Run(Outcome.Cost(_model, _best) ?? (Math.Abs(duals.BestValue) * 1.5) + 1, _options.BoundIterations, () => MayGoOn(0.4));
        var guide = new SlotGuide(_model, classes, duals.Best);
        foreach (ListOrder order in (ReadOnlySpan<ListOrder>)[ListOrder.Regret, ListOrder.RegretPerArea, ListOrder.Area, ListOrder.Slack])
        {
            if (!IsDone(duals) && MayGoOn(0.5))
            {
                Offer(construction.Build(order, guide, _cancellationToken));
            }
        }

        if (!IsDone(duals))
        {
            var random = new SplitMix((ulong)_options.Seed);
            var repair = new EjectionRepair(_model, _search, _penalty, random);
            Offer(repair.Run(_best, _options.RepairSteps, guide, () => MayGoOn(0.6)));
            var improvement = new Improvement(_model, _search, _penalty, random);
            improvement.Descend(_best, _options.ImprovementRounds > 0 ? 4 : 0, () => MayGoOn(1));
            improvement.Run(_best, _options.ImprovementRounds, guide, () => MayGoOn(1));
        }

        return Outcome.Schedule(_model, _best, _search, name, duals.Bound(), runNowCost);
    }

    private static double? Less(double? one, double? other) => one is { } a && other is { } b ? Math.Min(a, b) : one ?? other;

    /// <summary>A job that must run and could not even alone ends the solve before any search.</summary>
    private void RefuseImpossible()
    {
        for (int j = 0; j < _model.JobCount; j++)
        {
            if (_model.MustRun(j) && FeasibilityAnalysis.Alone(_model, j) is not null)
            {
                throw FeasibilityAnalysis.Refusal(_model, _best, _search, j);
            }
        }
    }

    private bool IsDone(DualAscent duals) => duals.IsMet(_bestScore);

    private void Offer(Plan plan)
    {
        double score = plan.Score(_penalty);
        if (score < _bestScore)
        {
            (_best, _bestScore) = (plan, score);
        }
    }

    /// <summary>Whether the token is still open and less than a share of the time budget is gone.</summary>
    private bool MayGoOn(double share)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        return _options.TimeBudget is not { } budget || _time.GetElapsedTime(_started) < budget * share;
    }
}
