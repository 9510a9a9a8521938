using System.Diagnostics;
using Microsoft.Extensions.Options;
using Vouch.Economy.Diagnostics;
using Vouch.Economy.ProjectScheduling.Search;

namespace Vouch.Economy.ProjectScheduling;

/// <summary>
/// Shortens projects by a genetic search over lists of activities, with two populations that pass each other's schedules back and forth: every child is also a forward or
/// backward improvement pass. An exact search that learns from dead ends proves its schedules to be shortest ones, or improves them. Stops early where a schedule meets the
/// proven lower bound.
/// </summary>
/// <remarks>
/// <para>
/// Safe to share. Deterministic: same project (activities and resources in any order), same options, same seed, same schedule, unless
/// <see cref="ProjectSchedulerOptions.TimeBudget"/> ends the search. One generated schedule takes O(activities * (resources + tries)), one of the exact search, counted by the
/// activities it places, about twenty times as long; memory is O(population * activities + horizon + activities * makespan).
/// </para>
/// <para>
/// The exact search takes part where there are up to four resources with capacities up to 127, up to 500 activities, and a time budget or 10,000 schedules at least.
/// </para>
/// <para>
/// Sources: D. Debels and M. Vanhoucke, <i>A bi-population based genetic algorithm for the RCPSP</i>, ICCSA 2005; V. Valls, F. Ballestin and S. Quintanilla,
/// <i>A hybrid genetic algorithm for the RCPSP</i>, European Journal of Operational Research 185, 2008; A. Schutt, T. Feydy, P. J. Stuckey and M. G. Wallace,
/// <i>Explaining the cumulative propagator</i>, Constraints 16, 2011.
/// </para>
/// </remarks>
public sealed class GeneticProjectScheduler : IProjectScheduler
{
    /// <summary>The name that its schedules carry.</summary>
    public const string SchedulerName = "bi-population genetic";

    private readonly ProjectSchedulerOptions? _options;
    private readonly IOptionsMonitor<ProjectSchedulerOptions>? _monitor;
    private readonly TimeProvider _time;

    /// <summary>Initializes a scheduler without a container.</summary>
    /// <param name="options">How long to search; the defaults where null. Read at every solve.</param>
    /// <param name="timeProvider">The clock of the time budget; the system's where null.</param>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public GeneticProjectScheduler(ProjectSchedulerOptions? options = null, TimeProvider? timeProvider = null)
    {
        _options = ProjectSchedulerOptionsRules.Require(options ?? new ProjectSchedulerOptions());
        _time = timeProvider ?? TimeProvider.System;
    }

    internal GeneticProjectScheduler(IOptionsMonitor<ProjectSchedulerOptions> options, TimeProvider timeProvider)
    {
        _monitor = options;
        _time = timeProvider;
    }

    /// <inheritdoc/>
    public string Name => SchedulerName;

    /// <inheritdoc/>
    public ProjectSchedule Solve(ProjectProblem problem, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        cancellationToken.ThrowIfCancellationRequested();
        ProjectSchedulerOptions options = _monitor?.CurrentValue ?? ProjectSchedulerOptionsRules.Require(_options!);
        using Activity? activity = EconomyTelemetry.Source.StartActivity("vouch.economy.project.solve");
        var budget = new SearchBudget(options.TimeBudget, _time, cancellationToken);
        var search = new ProjectSearch(problem.Model, (ulong)(uint)options.Seed, LowerBounds.Of(problem.Model), budget);
        int[] starts = search.Run(options.ScheduleLimit);
        int[] given = new int[starts.Length];
        for (int i = 0; i < starts.Length; i++)
        {
            given[problem.Model.Given(i)] = starts[i];
        }

        return new ProjectSchedule(problem, Name, given, search.Bound, search.Generated);
    }
}
