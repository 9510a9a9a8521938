using System.Diagnostics;
using Microsoft.Extensions.Options;
using Vouch.Economy.Diagnostics;
using Vouch.Economy.ProjectScheduling.Search;

namespace Vouch.Economy.ProjectScheduling;

/// <summary>
/// Shortens projects by a genetic search over lists of activities, with two populations that pass each other's schedules back and forth: every child is also a forward or
/// backward improvement pass. Stops early where a schedule meets the proven lower bound.
/// </summary>
/// <remarks>
/// <para>
/// Safe to share. Deterministic: same project (activities and resources in any order), same options, same seed, same schedule, unless
/// <see cref="ProjectSchedulerOptions.TimeBudget"/> ends the search. One generated schedule takes O(activities * (resources + tries)); memory is
/// O(population * activities + horizon).
/// </para>
/// <para>
/// Sources: D. Debels and M. Vanhoucke, <i>A bi-population based genetic algorithm for the RCPSP</i>, ICCSA 2005; V. Valls, F. Ballestin and S. Quintanilla,
/// <i>A hybrid genetic algorithm for the RCPSP</i>, European Journal of Operational Research 185, 2008.
/// </para>
/// </remarks>
public sealed class GeneticProjectScheduler : IProjectScheduler
{
    /// <summary>The name that its schedules carry.</summary>
    public const string SchedulerName = "bi-population genetic";

    /// <summary>The schedules of the first, quick run under a time budget, which also measures how many the rest of the time is good for.</summary>
    private const long QuickRun = 1_000;

    /// <summary>How many schedules are made between two looks at the clock.</summary>
    private const int ClockInterval = 32;

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
        long started = _time.GetTimestamp();
        ProjectBound bound = LowerBounds.Of(problem.Model);
        TimeSpan? budget = options.TimeBudget;
        bool MayGoOn(long generated)
        {
            if (generated % ClockInterval == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return budget is not { } limit || generated == 0 || _time.GetElapsedTime(started) < limit;
            }

            return true;
        }

        var search = new BiPopulationSearch(problem.Model, (ulong)(uint)options.Seed, bound.Value, MayGoOn);

        // The last one is kept for shifting a schedule made from the back to the front.
        long most = Math.Max(1, options.ScheduleLimit - 1);
        if (budget is { } time)
        {
            RunFor(search, time, started, most);
        }
        else
        {
            search.Run(most, most);
        }

        int[] starts = search.Starts();
        int[] given = new int[starts.Length];
        for (int i = 0; i < starts.Length; i++)
        {
            given[problem.Model.Given(i)] = starts[i];
        }

        return new ProjectSchedule(problem, Name, given, bound, search.Generated);
    }

    private void RunFor(BiPopulationSearch search, TimeSpan budget, long started, long limit)
    {
        search.Run(Math.Min(QuickRun, limit), Math.Min(QuickRun, limit));
        TimeSpan used = _time.GetElapsedTime(started);
        double rest = used > TimeSpan.Zero ? search.Generated * ((budget - used) / used) : limit;
        if (rest >= 1 && search.Generated < limit)
        {
            search.Run(limit, (long)Math.Min(rest, limit));
        }
    }
}
