namespace Vouch.Economy.ProjectScheduling.Search;

/// <summary>
/// Two searches on one budget: the genetic one, which is quick at good schedules, and the exact one, which closes what can be closed and improves close to the best.
/// Each takes over what the other found.
/// </summary>
/// <remarks>Not safe to share.</remarks>
internal sealed class ProjectSearch
{
    /// <summary>The schedules of the first, quick run, which also measures how many the time is good for.</summary>
    private const long QuickRun = 1_000;

    /// <summary>Below this many schedules the exact search would take from the genetic one more than it gives: it pays where it meets thousands of dead ends.</summary>
    private const long LeastForExact = 10_000;

    /// <summary>The share of the budget for an early try at a proof: most projects of 30 activities, and easy ones of any size, are closed by it.</summary>
    private const double EarlyShare = 0.02;

    /// <summary>The share of the budget after which the exact search has the rest: at least this much...</summary>
    private const double LeastGenetic = 0.3;

    /// <summary>...at most this much...</summary>
    private const double MostGenetic = 0.85;

    /// <summary>...and in between this many schedules per activity: with fewer, a population has not come to its end.</summary>
    private const double GeneticPerActivity = 300;

    /// <summary>Schedules kept for turning those made from the back, and for what one propagation may place beyond the limit.</summary>
    private const long Reserve = 10;

    /// <summary>How many schedules are made between two looks at the clock.</summary>
    private const int ClockInterval = 32;

    private readonly ProjectModel _model;
    private readonly SearchBudget _budget;
    private readonly BiPopulationSearch _genetic;
    private ExactSearch? _exact;

    /// <summary>The share of the time that one schedule of the genetic search took; 0 without a limit of time.</summary>
    private double _cost;

    public ProjectSearch(ProjectModel model, ulong seed, ProjectBound bound, SearchBudget budget)
    {
        _model = model;
        _budget = budget;
        Bound = bound;
        _genetic = new BiPopulationSearch(model, seed, bound.Value, made => made % ClockInterval != 0 || budget.IsLeft() || made == 0);
    }

    /// <summary>The best proven bound.</summary>
    public ProjectBound Bound { get; private set; }

    /// <summary>The schedules made, the work of the exact search included.</summary>
    public long Generated => _genetic.Generated + (_exact?.Generated ?? 0);

    private bool IsClosed => Best <= Bound.Value;

    private int Best => Math.Min(_genetic.Best.Makespan, _exact?.Makespan ?? int.MaxValue);

    /// <summary>Searches.</summary>
    /// <param name="limit">The most schedules.</param>
    /// <returns>The start of each activity of the best schedule, in the model's order.</returns>
    public int[] Run(long limit)
    {
        long last = Math.Max(1, limit - 1);
        if (_budget.IsTimed || limit >= LeastForExact)
        {
            RunGenetic(Math.Min(QuickRun, last), 1);
            if (ExactSearch.Takes(_model, _genetic.Best.Makespan))
            {
                RunExact(_genetic.Generated + (long)(EarlyShare * limit), EarlyShare);
                double share = GeneticShare(limit);
                RunGenetic((long)(share * limit), share);
                RunExact(limit - Reserve, 1);
            }
        }

        if (_exact is null)
        {
            RunGenetic(last, 1);
        }

        return _exact is not null && _exact.Makespan < _genetic.Best.Makespan ? _exact.Best.ToArray() : _genetic.Starts();
    }

    /// <summary>The end of the genetic search, as a share of what the budget is good for.</summary>
    private double GeneticShare(long limit)
    {
        double total = _cost > 0 ? Math.Min(limit, 1 / _cost) : limit;
        return Math.Clamp(GeneticPerActivity * _model.Count / total, LeastGenetic, MostGenetic);
    }

    private void RunGenetic(long limit, double share)
    {
        double used = _budget.Used;
        long made = Generated;
        if (IsClosed || made >= limit || (made > 0 && used >= share))
        {
            return;
        }

        // What comes is guessed by what came, where time is the limit: the size of the populations follows from it.
        double expected = limit - made;
        if (_cost > 0)
        {
            expected = Math.Min(expected, (share - used) / _cost);
        }

        if (_exact is not null && _exact.Makespan < _genetic.Best.Makespan)
        {
            _genetic.Adopt(_exact.Best);
        }

        _budget.Share = share;
        long before = _genetic.Generated;
        _genetic.Run(limit - (_exact?.Generated ?? 0), Math.Max(1, (long)expected));
        _cost = (_budget.Used - used) / Math.Max(1, _genetic.Generated - before);
    }

    private void RunExact(long limit, double share)
    {
        int makespan = _genetic.Best.Makespan;
        if (IsClosed || Generated >= limit || _budget.Used >= share)
        {
            return;
        }

        if (_exact is null)
        {
            _exact = new ExactSearch(_model, _genetic.Starts(), makespan);
        }
        else if (makespan < _exact.Makespan)
        {
            _exact.Adopt(_genetic.Starts(), makespan);
        }

        _budget.Share = share;
        _exact.Run(limit - _genetic.Generated, Bound.Value, _budget.IsLeft);
        if (_exact.IsProven && _exact.Makespan > Bound.Value)
        {
            Bound = new ProjectBound(_exact.Makespan, "exhaustive search");
        }
    }
}
