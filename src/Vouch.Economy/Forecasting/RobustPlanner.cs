using Vouch.Core.Exceptions;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Forecasting;

/// <summary>Plans on a forecast: solves for the expected prices and for scenarios, and keeps the plan for the expected prices unless another one is clearly better over the scenarios.</summary>
/// <remarks>
/// <para>
/// Costs are linear in the prices, so the plan for the expected prices has the least expected cost where the forecast is right; another plan takes its place only where the errors of the
/// past say so: where it costs less by more than two standard errors over the scenarios it was not made for (paired differences; the one it was made for would flatter it).
/// </para>
/// Thread-safe where its scheduler is. Regret is measured against the best schedule found for each scenario, so it is a lower estimate where the scheduler is not exact.
/// Takes one solve per scenario and one for the expected prices.
/// </remarks>
public sealed class RobustPlanner
{
    /// <summary>Fewer scenarios than these tell nothing of the spread.</summary>
    private const int LeastScenarios = 4;

    private readonly IScheduler _scheduler;
    private readonly int _scenarios;

    /// <summary>Initializes a planner.</summary>
    /// <param name="scheduler">What solves a problem for given prices.</param>
    /// <param name="scenarios">How many scenarios are taken at most, 1 to 1,000; the default is 12.</param>
    /// <exception cref="ArgumentNullException"><paramref name="scheduler"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="scenarios"/> is outside its range.</exception>
    public RobustPlanner(IScheduler scheduler, int scenarios = 12)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        ArgumentOutOfRangeException.ThrowIfLessThan(scenarios, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scenarios, 1_000);
        _scheduler = scheduler;
        _scenarios = scenarios;
    }

    /// <summary>Plans jobs on a forecast.</summary>
    /// <param name="forecast">The forecast; its slots are the horizon.</param>
    /// <param name="pools">The pools.</param>
    /// <param name="jobs">The jobs.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The plan and its regret.</returns>
    /// <exception cref="ArgumentException">The parts do not fit together.</exception>
    /// <exception cref="SchedulingException">No feasible schedule exists, or none was found.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public RobustPlan Plan(PriceForecast forecast, IReadOnlyList<ResourcePool> pools, IReadOnlyList<Job> jobs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        ArgumentNullException.ThrowIfNull(pools);
        ArgumentNullException.ThrowIfNull(jobs);
        PriceCurve[] scenarios = [.. forecast.Scenarios.Take(_scenarios)];
        scenarios = scenarios.Length > 0 ? scenarios : [forecast.Expected];
        var problem = new SchedulingProblem(forecast.Expected, pools, jobs);
        var candidates = new List<Schedule> { _scheduler.Solve(problem, cancellationToken) };
        foreach (PriceCurve scenario in scenarios)
        {
            candidates.Add(_scheduler.Solve(new SchedulingProblem(scenario, pools, jobs), cancellationToken));
        }

        double[][] costs = [.. candidates.Select(candidate => scenarios.Select(scenario => CostAt(candidate, scenario)).ToArray())];
        double[] best = [.. scenarios.Select((_, s) => costs.Min(row => row[s]))];
        double Regret(int candidate) => costs[candidate].Zip(best, static (cost, least) => cost - least).Average();
        int chosen = Enumerable.Range(0, candidates.Count).Where(candidate => candidate == 0 || IsClearlyBetter(costs, candidate)).MinBy(Regret);
        Schedule schedule = candidates[chosen];
        var placements = schedule.Assignments.ToDictionary(static place => place.JobId, static place => place.Segments);
        return new RobustPlan(
            chosen == 0 ? schedule : new Schedule(problem, _scheduler.Name + ", robust", placements, candidates[0].Bound, candidates[0].RunNowCost),
            costs[chosen].Average(),
            Regret(chosen),
            costs[chosen].Zip(best, static (cost, least) => cost - least).Max(),
            Regret(0),
            scenarios.Length);
    }

    /// <summary>Whether a plan costs less than the one for the expected prices by more than chance explains, its own scenario left out, and with it no more.</summary>
    private static bool IsClearlyBetter(double[][] costs, int candidate)
    {
        double[] change = [.. costs[candidate].Zip(costs[0], static (cost, expected) => cost - expected)];
        double[] others = [.. change.Where((_, scenario) => scenario != candidate - 1)];
        if (others.Length < LeastScenarios || change.Average() > 0)
        {
            return false;
        }

        double mean = others.Average();
        double variance = others.Sum(one => (one - mean) * (one - mean)) / (others.Length - 1);
        return mean < -2 * Math.Sqrt(variance / others.Length);
    }

    /// <summary>Gets what a schedule costs at other prices, penalties included.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="prices">The prices, as many slots as the schedule's.</param>
    /// <returns>The cost.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The curves differ in length.</exception>
    public static double CostAt(Schedule schedule, PriceCurve prices)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(prices);
        if (prices.SlotCount != schedule.Problem.SlotCount)
        {
            throw new ArgumentException("The curves differ in length.", nameof(prices));
        }

        double cost = schedule.PenaltyCost;
        foreach (Assignment place in schedule.Assignments)
        {
            foreach (Segment piece in place.Segments)
            {
                cost += place.Job.Rate * prices.WindowCost(piece.Start, piece.Length);
            }
        }

        return cost;
    }
}
