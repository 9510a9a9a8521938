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

    /// <summary>The share of the budget after which the exact search has the rest.</summary>
    private const double GeneticShare = 0.5;

    /// <summary>Schedules kept for turning those made from the back, and for what one propagation may place beyond the limit.</summary>
    private const long Reserve = 10;

    /// <summary>How many schedules are made between two looks at the clock.</summary>
    private const int ClockInterval = 32;

    private readonly ProjectModel _model;
    private readonly SearchBudget _budget;
    private readonly BiPopulationSearch _genetic;
    private ExactSearch? _exact;

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
                RunGenetic((long)(GeneticShare * limit), GeneticShare);
                RunExact(limit - Reserve, 1);
            }
        }

        if (_exact is null)
        {
            RunGenetic(last, 1);
        }

        return _exact is not null && _exact.Makespan < _genetic.Best.Makespan ? _exact.Best.ToArray() : _genetic.Starts();
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
        if (_budget.IsTimed && made > 0)
        {
            expected = Math.Min(expected, _genetic.Generated * (share - used) / used);
        }

        if (_exact is not null && _exact.Makespan < _genetic.Best.Makespan)
        {
            _genetic.Adopt(_exact.Best);
        }

        _budget.Share = share;
        _genetic.Run(limit - (_exact?.Generated ?? 0), Math.Max(1, (long)expected));
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
