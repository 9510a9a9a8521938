namespace Vouch.Economy.Scheduling.Solver;

/// <summary>
/// One solve of <see cref="PriceAwareListScheduler"/>: baselines, dual ascent, guided constructions, annealing, and once more the dual with the better upper bound.
/// The best plan so far is complete from the first baseline on.
/// </summary>
internal sealed partial class AnytimeSolve
{
    /// <summary>The shares of a time budget after which the baselines give way to the dual ascent, that to the search, and the search to the last steps of the dual.</summary>
    private const double BaselineShare = 0.05;
    private const double DualShare = 0.25;
    private const double DualShareOfMany = 0.3;
    private const double ListShare = 0.5;
    private const double OneListShare = 0.025;
    private const double SearchShare = 0.88;
    private const double SearchShareOfFew = 0.42;
    private const double PolishShare = 0.96;
    private const double QuenchShare = 0.05;
    /// <summary>Temperatures at the beginning and at the end, in units of what a job costs above the bound on the average.</summary>
    private const double Hottest = 3;
    private const double HottestOfMany = 0.2;
    private const double Coldest = 0.003;
    private const int ManyJobs = 1_000;
    private const int FewJobs = 50;
    private const int StepsPerLook = 8;

    /// <summary>Before the search, so many steps that gain less than this share of the bound end the ascent.</summary>
    private const int StepsWithoutGain = 24;
    private const double LeastGain = 1e-5;

    private static readonly double[] ReheatOfFew = [1, 16, 4];

    private readonly SolverModel _model;
    private readonly SchedulerOptions _options;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly IProgress<SchedulerProgress>? _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly RunLayout _layout;
    private readonly RunSearch _search;
    private readonly JobClasses _classes;
    private readonly double[] _penalty;
    private SlotPlan _best;
    private double _bestValue = double.PositiveInfinity;
    private double _bound = double.NegativeInfinity;
    private double? _runNowCost;
    private bool _isProven;
    private SlotPlan? _guided;
    private double _guidedValue = double.PositiveInfinity;
    private double _secondsPerConstruction;

    public AnytimeSolve(
        SolverModel model, SchedulerOptions options, TimeProvider time, long started, IProgress<SchedulerProgress>? progress, CancellationToken cancellationToken)
    {
        _model = model;
        _options = options;
        _time = time;
        _started = started;
        _progress = progress;
        _cancellationToken = cancellationToken;
        _layout = new RunLayout(model);
        _search = new RunSearch(model, _layout);
        _classes = new JobClasses(model);
        _best = new SlotPlan(model, _layout);
        _penalty = Surrogate.Penalties(model);
    }

    /// <summary>Made when the first plan is there: looking at every job's cheapest run takes longer than a plan.</summary>
    private SearchFacts Facts => field ??= new SearchFacts(_model, _classes, _penalty);

    public Schedule Run(string name)
    {
        RefuseImpossible();
        CostBound bound;
        try
        {
            Baselines();
            bound = Search();
        }
        catch (OperationCanceledException) when (_options.KeepBestOnCancellation && double.IsFinite(_bestValue))
        {
            bound = new CostBound(Facts.Bound, RelaxedBound.WithoutCapacitiesName);
        }

        return Outcome.Schedule(_model, _best, _search, name, bound, _runNowCost, _isProven);
    }

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

    private void Baselines()
    {
        foreach (RunNowOrder order in (ReadOnlySpan<RunNowOrder>)[RunNowOrder.EarliestDeadline, RunNowOrder.Arrival, RunNowOrder.UpwardRank])
        {
            if (double.IsFinite(_bestValue) && !MayGoOn(BaselineShare))
            {
                return;
            }

            var plan = new SlotPlan(_model, _layout);
            RunNow.Build(plan, _search, order, _cancellationToken);
            double? cost = Outcome.Cost(_model, plan);
            _runNowCost = cost is { } a && _runNowCost is { } b ? Math.Min(a, b) : cost ?? _runNowCost;
            Offer(plan, SchedulerPhase.Baseline);
        }

        foreach (ListOrder order in (ReadOnlySpan<ListOrder>)[ListOrder.Tightness, ListOrder.Penalty, ListOrder.Arrival])
        {
            if (MayGoOn(BaselineShare))
            {
                Construct(order, null, SchedulerPhase.Baseline);
            }
        }
    }

    private CostBound Search()
    {
        _bound = Facts.Bound;
        var duals = new DualAscent(_model, _classes, _penalty, _options.BoundIterations > 0, _cancellationToken);
        Ascend(duals, _options.BoundIterations / 2, _model.JobCount < ManyJobs ? DualShare : DualShareOfMany);
        SlotGuide guide = Guide(duals);
        double before = Elapsed();
        int constructions = 0;
        if (duals.Runs is not null && !IsOptimal())
        {
            var plan = new SlotPlan(_model, _layout);
            new FractionalConstruction(_model, Facts, _search).Build(plan, duals.Runs, guide, _cancellationToken);
            Offer(plan, SchedulerPhase.Construction);
            constructions++;
        }

        // Lists are worth a try where one takes no time to speak of.
        double listShare = _options.TimeBudget is { } budget && Elapsed() - before > budget.TotalSeconds * OneListShare ? 0 : ListShare;
        foreach (ListOrder order in (ReadOnlySpan<ListOrder>)[ListOrder.Tightness, ListOrder.TightnessSandLast, ListOrder.Penalty, ListOrder.Slack])
        {
            if (!IsOptimal() && MayGoOn(listShare))
            {
                Construct(order, guide, SchedulerPhase.Construction);
                constructions++;
            }
        }

        _secondsPerConstruction = (Elapsed() - before) / Math.Max(1, constructions);
        bool few = _model.JobCount <= FewJobs;
        Anneal(guide, few ? SearchShareOfFew : SearchShare);
        if (few)
        {
            Exhaust(duals);
        }

        Ascend(duals, _options.BoundIterations - duals.Steps, PolishShare);
        duals.Round(_options.BoundIterations - duals.Steps, () => MayGoOn(1));
        return duals.Bound();
    }

    private void Ascend(DualAscent duals, int steps, double share)
    {
        int last = duals.Steps + steps;
        double before = duals.BestValue;
        int rounds = duals.Rounds;
        double lately = before;
        int looked = duals.Steps;
        while (duals.Steps < last && !duals.IsSpent && !IsMet() && MayGoOn(share))
        {
            double upper = Outcome.Cost(_model, _best) ?? ((Math.Abs(duals.BestValue) * 1.5) + 1);
            duals.Run(upper, Math.Min(_model.JobCount < ManyJobs ? StepsPerLook : 1, last - duals.Steps));
            _bound = Math.Max(_bound, duals.BestValue);
            Report(SchedulerPhase.Bound);
            if (share < SearchShare && duals.Rounds > rounds)
            {
                // Enough to guide the search; the last steps come when the search is over.
                rounds = duals.Rounds;
                if (duals.BestValue - before < 0.01 * (upper - duals.BestValue))
                {
                    break;
                }

                before = duals.BestValue;
            }

            if (share < SearchShare && _model.JobCount >= ManyJobs && duals.Steps - looked >= StepsWithoutGain)
            {
                if (duals.BestValue - lately < LeastGain * Math.Abs(duals.BestValue))
                {
                    break;
                }

                (lately, looked) = (duals.BestValue, duals.Steps);
            }
        }
    }

    private SlotGuide Guide(DualAscent duals)
    {
        double[] least = new double[_model.JobCount];
        duals.Function.RunCost = least;
        duals.Function.Evaluate(duals.Best, _cancellationToken);
        duals.Function.RunCost = null;
        for (int j = 0; j < least.Length; j++)
        {
            least[j] = Math.Min(least[j], _penalty[j]);
        }

        return new SlotGuide(_classes, duals.Function.Unit, least);
    }

    private void Construct(ListOrder order, SlotGuide? guide, SchedulerPhase phase)
    {
        var plan = new SlotPlan(_model, _layout);
        new ListConstruction(_model, Facts, _search).Build(plan, order, guide, _cancellationToken);
        Offer(plan, phase);
    }

    private void Anneal(SlotGuide guide, double share)
    {
        long total = _options.ImprovementRounds / LaneSearch.Lanes;
        if (IsOptimal() || total == 0 || _model.JobCount < 2 || !MayGoOn(share))
        {
            return;
        }

        SlotPlan plan = Beginning();
        var lanes = new LaneSearch(_model, Facts, _classes, plan, (ulong)_options.Seed, _options.MaxDegreeOfParallelism ?? Environment.ProcessorCount, _cancellationToken) { Guide = guide };
        double scale = 0;
        double begin = Elapsed();
        long done = 0;
        try
        {
            while (!IsOptimal())
            {
                double now = Elapsed();
                double f = Math.Max((double)done / total, Share(begin, now, share));
                if (f >= 1)
                {
                    break;
                }

                double temperature = 0;
                if (f >= QuenchShare)
                {
                    if (scale == 0)
                    {
                        lanes.TakeBest();
                        scale = Scale(plan, lanes.BestValue);
                    }

                    temperature = scale * Temperature((f - QuenchShare) / (1 - QuenchShare));
                }

                int rounds = (int)Math.Min(total - done, lanes.RoundsPerMeeting);
                if (_options.TimeBudget is { } budget && done > 0)
                {
                    double left = (budget.TotalSeconds * share) - now;
                    rounds = (int)Math.Clamp(left * done / (now - begin), 1, rounds);
                }

                lanes.Run(rounds, temperature);
                done += rounds;
                if (lanes.BestValue <= _bestValue)
                {
                    (_best, _bestValue) = (plan, lanes.BestValue);
                }

                Report(SchedulerPhase.Search);
            }
        }
        finally
        {
            lanes.TakeBest();
        }

        HandOn();
    }

    /// <summary>The temperature after a share of the search. A few jobs cool down several times: where each is a large part of the cost, one scale does not fit all.</summary>
    private double Temperature(double share)
    {
        double hottest = _model.JobCount < ManyJobs ? Hottest : HottestOfMany;
        if (_model.JobCount <= FewJobs)
        {
            int cycle = Math.Min(ReheatOfFew.Length - 1, (int)(share * ReheatOfFew.Length));
            share = (share * ReheatOfFew.Length) - cycle;
            hottest *= ReheatOfFew[cycle];
        }

        return hottest * Math.Pow(Coldest / hottest, share);
    }

    /// <summary>What a job costs above the proven bound on the average: the scale of the changes that matter.</summary>
    private double Scale(SlotPlan plan, double value)
    {
        double excess = 0;
        double size = 0;
        for (int j = 0; j < _model.JobCount; j++)
        {
            size += Math.Abs(Facts.Ideal[j]);
            excess += plan.IsPlaced(j) ? plan.Cost(j) - Facts.Ideal[j] : _model.MustRun(j) ? 0 : _penalty[j] - Facts.Ideal[j];
        }

        double gap = value - _bound;
        return Math.Max(Math.Min(gap, excess), size * 1e-6) / _model.JobCount;
    }

    private void Offer(SlotPlan plan, SchedulerPhase phase)
    {
        double value = Value(plan);
        if (phase == SchedulerPhase.Construction && value < _guidedValue)
        {
            (_guided, _guidedValue) = (plan, value);
        }

        if (value < _bestValue)
        {
            (_best, _bestValue) = (plan, value);
        }

        Report(phase);
    }

    private double Value(SlotPlan plan)
    {
        double value = 0;
        for (int j = 0; j < _model.JobCount; j++)
        {
            value += plan.IsPlaced(j) ? plan.Cost(j) : _penalty[j];
        }

        return value;
    }

    private void Report(SchedulerPhase phase) =>
        _progress?.Report(new SchedulerProgress(_time.GetElapsedTime(_started), phase, _bestValue, _bound));

    /// <summary>Whether no plan is cheaper, be it only by the exhaustive search; the bound may still have a way to go.</summary>
    private bool IsOptimal() => _isProven || IsMet();

    private bool IsMet() => _bestValue - _bound <= 1e-12 * Math.Abs(_bestValue);

    private double Elapsed() => _time.GetElapsedTime(_started).TotalSeconds;

    /// <summary>How much of the search's part of the time budget is gone; 0 without a budget.</summary>
    private double Share(double begin, double now, double share) =>
        _options.TimeBudget is { } budget ? (now - begin) / Math.Max(1e-9, (budget.TotalSeconds * share) - begin) : 0;

    /// <summary>Whether the token is still open and less than a share of the time budget is gone.</summary>
    private bool MayGoOn(double share)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        return IsWithin(share);
    }

    private bool IsWithin(double share) => _options.TimeBudget is not { } budget || _time.GetElapsedTime(_started) < budget * share;
}
