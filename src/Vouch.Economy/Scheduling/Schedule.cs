using System.Collections.Frozen;
using System.Globalization;
using Vouch.Core.Models;

namespace Vouch.Economy.Scheduling;

/// <summary>Where every job of a problem runs, what that costs, and how cheap it could be at best.</summary>
/// <remarks>Immutable and safe to share. A schedule is feasible by construction: the constructor checks every rule of the problem and refuses any other.</remarks>
public sealed class Schedule
{
    private readonly Assignment[] _assignments;
    private readonly Rejection[] _rejections;
    private readonly FrozenDictionary<string, Assignment> _byId;

    /// <summary>Initializes a schedule, in O(jobs + slots).</summary>
    /// <param name="problem">The problem it solves.</param>
    /// <param name="schedulerName">The name of the method that made it.</param>
    /// <param name="placements">The pieces of each job that runs, in the order of time, by its id; jobs that are left out are rejected. Copied.</param>
    /// <param name="bound">A proven lower bound on the cost of every schedule.</param>
    /// <param name="runNowCost">What running every job as early as possible would cost, or null where that is infeasible or unknown.</param>
    /// <param name="rejectionReasons">Why jobs were rejected, by id, where known.</param>
    /// <exception cref="ArgumentException">The placements break a rule of the problem; the message says which.</exception>
    public Schedule(
        SchedulingProblem problem,
        string schedulerName,
        IReadOnlyDictionary<string, IReadOnlyList<Segment>> placements,
        CostBound bound,
        double? runNowCost = null,
        IReadOnlyDictionary<string, string>? rejectionReasons = null)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentException.ThrowIfNullOrWhiteSpace(schedulerName);
        ArgumentNullException.ThrowIfNull(bound);
        IReadOnlyList<string> violations = problem.FindViolations(placements);
        if (violations.Count > 0)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"Not a feasible schedule ({violations.Count} violations): {violations[0]}"), nameof(placements));
        }

        var assignments = new List<Assignment>(placements.Count);
        var rejections = new List<Rejection>();
        foreach (Job job in problem.Jobs)
        {
            if (placements.TryGetValue(job.Id, out IReadOnlyList<Segment>? pieces))
            {
                var assignment = new Assignment(job, [.. pieces], problem.Prices);
                RunCost += assignment.Cost;
                assignments.Add(assignment);
            }
            else
            {
                double penalty = job.Penalty ?? 0;
                PenaltyCost += penalty;
                rejections.Add(new Rejection(job, penalty, rejectionReasons?.GetValueOrDefault(job.Id) ?? "Left out by the scheduler."));
            }
        }

        Problem = problem;
        SchedulerName = schedulerName;
        Bound = bound;
        RunNowCost = runNowCost;
        _assignments = [.. assignments];
        _rejections = [.. rejections];
        _byId = _assignments.ToFrozenDictionary(static assignment => assignment.JobId, StringComparer.Ordinal);
    }

    /// <summary>Gets the problem it solves.</summary>
    public SchedulingProblem Problem { get; }

    /// <summary>Gets the name of the method that made it.</summary>
    public string SchedulerName { get; }

    /// <summary>Gets the jobs that run, in the order of the problem's jobs.</summary>
    public IReadOnlyList<Assignment> Assignments => _assignments;

    /// <summary>Gets the jobs that do not run, in the order of the problem's jobs.</summary>
    public IReadOnlyList<Rejection> Rejections => _rejections;

    /// <summary>Gets what it costs: runs and penalties.</summary>
    public double TotalCost => RunCost + PenaltyCost;

    /// <summary>Gets what the runs cost.</summary>
    public double RunCost { get; }

    /// <summary>Gets the penalties of the rejected jobs.</summary>
    public double PenaltyCost { get; }

    /// <summary>Gets the proven lower bound on the cost of every schedule.</summary>
    public CostBound Bound { get; }

    /// <summary>Gets how far the cost is above the bound, in the unit of the costs, never negative.</summary>
    public double AbsoluteGap => Math.Max(0, TotalCost - Bound.Value);

    /// <summary>Gets how far the cost is above the bound, as a fraction of the bound's magnitude.</summary>
    /// <value>0 where the schedule is proven optimal; positive infinity where the bound is 0 and the cost is not. Near a bound of 0 look at <see cref="SavingCaptured"/> instead.</value>
    public double Gap => AbsoluteGap == 0 ? 0 : AbsoluteGap / Math.Abs(Bound.Value);

    /// <summary>Gets whether no schedule is cheaper: it costs what the bound says, or every other one was excluded by branch and bound.</summary>
    /// <remarks>Exact where prices, rates, penalties and demands are whole numbers; otherwise nothing is cheaper by more than 1e-9 of the cost.</remarks>
    public bool IsProvenOptimal => IsExhausted || AbsoluteGap == 0;

    /// <summary>Whether a search came to its end.</summary>
    internal bool IsExhausted { get; init; }

    /// <summary>Gets what running every job as early as possible would cost (the cheapest of deadline, arrival and upward-rank order), or null where that is infeasible or unknown.</summary>
    public double? RunNowCost { get; }

    /// <summary>Gets what is saved against running every job as early as possible, in the unit of the costs, or null where that is unknown.</summary>
    public double? Saving => RunNowCost - TotalCost;

    /// <summary>Gets the share of the saving that the bound allows: 1 for a schedule proven optimal.</summary>
    /// <value>A fraction of at most 1, or null where the run-now cost is unknown or already at the bound.</value>
    public double? SavingCaptured => RunNowCost is { } now && now > Bound.Value ? (now - TotalCost) / (now - Bound.Value) : null;

    /// <summary>Gets what the schedule rests on: method, bound, and where the gap comes from.</summary>
    public Evidence Evidence => field ??= Describe();

    /// <summary>Gets where a job runs, or null where it is rejected or unknown.</summary>
    /// <param name="jobId">The id of the job.</param>
    /// <exception cref="ArgumentNullException"><paramref name="jobId"/> is null.</exception>
    public Assignment? this[string jobId] => _byId.GetValueOrDefault(jobId);

    /// <summary>Gets how much of a pool is in use, slot by slot, in O(jobs + slots).</summary>
    /// <param name="pool">The index of the pool in the problem.</param>
    /// <returns>One number per slot.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such pool.</exception>
    public IReadOnlyList<double> LoadOf(int pool = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pool);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pool, Problem.Pools.Count);
        double[] load = new double[Problem.SlotCount];
        foreach (Assignment assignment in _assignments)
        {
            double demand = assignment.Job.Demands[pool];
            foreach (Segment segment in assignment.Segments)
            {
                for (int slot = segment.Start; slot < segment.End; slot++)
                {
                    load[slot] += demand;
                }
            }
        }

        return load;
    }

    private Evidence Describe()
    {
        var reasons = new List<string>
        {
            Text($"Cost {TotalCost:G15}, proven lower bound {Bound.Value:G15} ({Bound.Method}): gap {AbsoluteGap:G6}."),
        };
        if (_rejections.Length > 0)
        {
            reasons.Add(Text($"{_rejections.Length} jobs are rejected, for penalties of {PenaltyCost:G15}."));
        }

        if (IsExhausted)
        {
            reasons.Add("No schedule is cheaper: branch and bound excluded every other one, also where the bound above leaves a gap.");
        }

        int displaced = _assignments.Count(IsDisplaced);
        if (displaced > 0)
        {
            reasons.Add(Text($"{displaced} jobs run outside their own cheapest window, because the pool is full there or predecessors are late."));
        }

        if (RunNowCost is { } now)
        {
            reasons.Add(Text($"Running everything as early as possible would cost {now:G15}."));
        }

        return new Evidence($"{SchedulerName}; bound: {Bound.Method}", Problem.Jobs.Count, isSufficient: true, interval: null, reasons);
    }

    private bool IsDisplaced(Assignment assignment)
    {
        Job job = assignment.Job;
        int best = Problem.Prices.CheapestWindow(job.DurationSlots, job.Release, job.Deadline);
        return best >= 0 && job.Rate * Problem.Prices.WindowCost(best, job.DurationSlots) < assignment.Cost;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
