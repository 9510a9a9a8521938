namespace Vouch.Economy.Scheduling.Solver;

internal sealed partial class AnytimeSolve
{
    /// <summary>So many rounds of the search take as long as a part of the exhaustive one.</summary>
    private const int RoundsPerNode = 20;

    /// <summary>How many runs are looked at to hand slots on, per round of the search.</summary>
    private const long LooksPerRound = 1_000;

    /// <summary>The exhaustive search keeps some numbers per slot, job and row of capacity: up to so many.</summary>
    private const long MostCells = 100_000;

    /// <summary>How much further above the bound than the best plan a guided one may be to begin a search from.</summary>
    private const double GuidedMayCost = 1.5;

    /// <summary>A search that is no longer than so many constructions, or than so many rounds per job, has no time to make up for a dearer beginning.</summary>
    private const double ConstructionsToRegain = 100;
    private const double RoundsToRegain = 20;

    /// <summary>
    /// Where a search begins. Of many jobs it moves but a part, so that the plan of a construction that knew what capacity is worth leads further than a somewhat cheaper one
    /// that did not, where there is time.
    /// </summary>
    private SlotPlan Beginning()
    {
        bool isLong = _options.ImprovementRounds >= RoundsToRegain * _model.JobCount
            && (_options.TimeBudget is not { } budget || (budget.TotalSeconds * SearchShare) - Elapsed() >= ConstructionsToRegain * _secondsPerConstruction);
        return isLong && _guided is not null && _model.JobCount >= ManyJobs && _guidedValue - _bound <= GuidedMayCost * (_bestValue - _bound) ? _guided : _best;
    }

    /// <summary>Hands slots on among the jobs that may use any, where the search did not do so on its way.</summary>
    private void HandOn()
    {
        new SlotChains(_model, _classes).Improve(_best, (long)_options.ImprovementRounds * LooksPerRound, () => MayGoOn(SearchShare));
        _bestValue = Math.Min(_bestValue, Value(_best));
        Report(SchedulerPhase.Search);
    }

    /// <summary>Searches all there is, where few jobs make that possible: a better plan, or the proof that there is none.</summary>
    private void Exhaust(DualAscent duals)
    {
        long nodes = _options.ImprovementRounds / RoundsPerNode;
        long cells = (_model.JobCount + ((long)_classes.Count * duals.Function.Rows.Count)) * _model.SlotCount;
        if (IsOptimal() || nodes == 0 || cells > MostCells || !MayGoOn(SearchShare) || !double.IsFinite(duals.BestValue) || !PieceSearch.IsExact(_model))
        {
            return;
        }

        int threads = _options.MaxDegreeOfParallelism ?? Environment.ProcessorCount;
        var lanes = new ExactLanes(() => new ExactSearch(_model, _classes, _penalty, duals.Function.Rows, duals.Best, _best, _bestValue), (ulong)_options.Seed, threads);
        lanes.Run(nodes, () => !_cancellationToken.IsCancellationRequested && IsWithin(SearchShare));
        _isProven = lanes.Best.IsProven;
        if (lanes.Best.FoundBetter)
        {
            var plan = new SlotPlan(_model, _layout);
            lanes.Best.Fill(plan);
            Offer(plan, SchedulerPhase.Search);
        }

        _cancellationToken.ThrowIfCancellationRequested();
    }
}
