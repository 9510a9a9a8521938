using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Vouch.Core.Exceptions;
using Vouch.Economy.Diagnostics;
using Vouch.Economy.Scheduling.Solver;

namespace Vouch.Economy.Scheduling;

/// <summary>
/// Puts jobs into the cheapest windows that fit beside each other: list construction guided by prices for scarce capacity, then ruin and recreate under annealing in two
/// lanes at once. Never costs more than the baselines (<see cref="RunNowScheduler"/> and <see cref="CheapestWindowScheduler"/>) that it had time for; the first of them
/// is there at once, and from then on there is always a best schedule to stop at.
/// </summary>
/// <remarks>
/// <para>
/// Safe to share. Deterministic: same problem (in any order of its jobs), same options, same seed, same schedule on any number of threads, unless
/// <see cref="SchedulerOptions.TimeBudget"/> ends the search. Honours several resources, capacity profiles, releases, deadlines, precedence, preemption with resume
/// overhead, and rejection penalties. Priority decides who keeps its place where jobs that must run do not all fit, and tells equal jobs apart.
/// </para>
/// <para>
/// The bound is a Lagrangian relaxation of the capacities and of rounding cuts (method of multipliers), at least the sum of each job's cheapest window; its dual prices are the
/// certificate.
/// </para>
/// <para>
/// One step of the bound takes O(classes * slots * (rows + log slots) + jobs * window / 4), where jobs of a class share rate and demands; one pass of the construction
/// O(jobs * window * resources / 4); a round of the search puts back about ten jobs.
/// </para>
/// </remarks>
public sealed class PriceAwareListScheduler : IScheduler
{
    /// <summary>The name that its schedules carry.</summary>
    public const string SchedulerName = "price-aware list";

    private readonly IOptionsMonitor<SchedulerOptions>? _monitor;
    private readonly SchedulerOptions? _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly EconomyMetrics? _metrics;

    /// <summary>Initializes a scheduler without a container.</summary>
    /// <param name="options">How hard to search; the defaults where null. Read at every solve.</param>
    /// <param name="timeProvider">The clock of the time budget; the system's where null.</param>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public PriceAwareListScheduler(SchedulerOptions? options = null, TimeProvider? timeProvider = null)
    {
        _options = SchedulerOptionsRules.Require(options ?? new SchedulerOptions());
        _time = timeProvider ?? TimeProvider.System;
        _logger = NullLogger.Instance;
    }

    internal PriceAwareListScheduler(
        IOptionsMonitor<SchedulerOptions> options, TimeProvider timeProvider, ILogger<PriceAwareListScheduler> logger, EconomyMetrics metrics)
    {
        _monitor = options;
        _time = timeProvider;
        _logger = logger;
        _metrics = metrics;
    }

    /// <inheritdoc/>
    public string Name => SchedulerName;

    /// <inheritdoc/>
    public Schedule Solve(SchedulingProblem problem, CancellationToken cancellationToken = default) => Solve(problem, null, cancellationToken);

    /// <summary>Solves a problem and tells how far it is.</summary>
    /// <param name="problem">What to schedule.</param>
    /// <param name="progress">Told of every plan and bound on the way, on the solving thread; a slow receiver slows the solve.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>A feasible schedule.</returns>
    /// <exception cref="SchedulingException">No feasible schedule exists, or none was found; the exception names the job, the constraint and a remedy.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, unless <see cref="SchedulerOptions.KeepBestOnCancellation"/> is set and a plan was there.</exception>
    public Schedule Solve(SchedulingProblem problem, IProgress<SchedulerProgress>? progress, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        cancellationToken.ThrowIfCancellationRequested();
        SchedulerOptions options = _monitor?.CurrentValue ?? SchedulerOptionsRules.Require(_options!);
        using Activity? activity = EconomyTelemetry.Source.StartActivity("vouch.economy.solve");
        long started = _time.GetTimestamp();
        try
        {
            var solve = new AnytimeSolve(problem.Model, options, _time, started, progress, cancellationToken);
            Schedule schedule = solve.Run(Name);
            double seconds = _time.GetElapsedTime(started).TotalSeconds;
            _metrics?.Solved(seconds, schedule);
            Log.Solved(_logger, problem.Jobs.Count, problem.SlotCount, schedule.TotalCost, schedule.Bound.Value, schedule.Rejections.Count, seconds);
            return schedule;
        }
        catch (SchedulingException refused)
        {
            activity?.SetStatus(ActivityStatusCode.Error, refused.Message);
            activity?.SetTag("error.type", refused.Constraint ?? "infeasible");
            _metrics?.Refused(_time.GetElapsedTime(started).TotalSeconds, refused.Constraint ?? "infeasible");
            Log.Refused(_logger, refused.JobId, refused.Constraint, refused.Remedy);
            throw;
        }
    }
}
