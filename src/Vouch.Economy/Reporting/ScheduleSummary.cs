using System.Globalization;
using System.Text;
using Vouch.Core.Models;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Reporting;

/// <summary>The figures of a schedule that people ask for: cost by priority, use of each pool, and the comparison with running everything at once.</summary>
/// <remarks>Immutable and safe to share. Made in O(jobs + slots * pools).</remarks>
public sealed class ScheduleSummary
{
    private readonly Schedule _schedule;

    /// <summary>Initializes a summary.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <exception cref="ArgumentNullException"><paramref name="schedule"/> is null.</exception>
    public ScheduleSummary(Schedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        _schedule = schedule;
        ByPriority =
        [
            .. schedule.Assignments.Select(static place => (place.Job, place.Cost, Rejected: 0))
                .Concat(schedule.Rejections.Select(static rejection => (rejection.Job, Cost: rejection.Penalty, Rejected: 1)))
                .GroupBy(static entry => entry.Job.Priority)
                .OrderByDescending(static group => group.Key)
                .Select(static group => new PriorityCost(group.Key, group.Count(), group.Sum(static entry => entry.Rejected), group.Sum(static entry => entry.Cost))),
        ];
        Pools = [.. Enumerable.Range(0, schedule.Problem.Pools.Count).Select(k => Use(schedule, k))];
    }

    /// <summary>Gets what the jobs of each priority cost, the most important first.</summary>
    public IReadOnlyList<PriorityCost> ByPriority { get; }

    /// <summary>Gets how much of each pool is used, in the order of the problem's pools.</summary>
    public IReadOnlyList<PoolUse> Pools { get; }

    /// <summary>Writes the summary as plain text, one figure per line.</summary>
    /// <returns>The text, with lines ended by a line feed.</returns>
    public string ToText()
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"{_schedule.SchedulerName}: {_schedule.Assignments.Count} jobs run, {_schedule.Rejections.Count} rejected");
        Line($"cost {_schedule.TotalCost:G10}, proven at least {_schedule.Bound.Value:G10} ({_schedule.Bound.Method})");
        if (_schedule.RunNowCost is { } now)
        {
            string saving = now > 0 ? ((now - _schedule.TotalCost) / now).ToString("P1", CultureInfo.InvariantCulture) + " less" : "compared";
            Line($"run at once {now:G10}: {saving}");
        }

        foreach (PoolUse pool in Pools)
        {
            Line($"pool {pool.Name}: {pool.Utilisation:P1} used, {pool.Peak:P1} at its peak");
        }

        foreach (PriorityCost entry in ByPriority)
        {
            Line($"priority {entry.Priority.Level}: {entry.Jobs} jobs, {entry.Rejected} rejected, cost {entry.Cost:G10}");
        }

        return text.ToString();
    }

    private static PoolUse Use(Schedule schedule, int pool)
    {
        IReadOnlyList<double> load = schedule.LoadOf(pool);
        ResourcePool resource = schedule.Problem.Pools[pool];
        double used = 0;
        double held = 0;
        double peak = 0;
        for (int slot = 0; slot < load.Count; slot++)
        {
            double capacity = resource.CapacityAt(slot);
            used += load[slot];
            held += capacity;
            peak = Math.Max(peak, capacity > 0 ? load[slot] / capacity : 0);
        }

        return new PoolUse(resource.Name, held > 0 ? used / held : 0, peak);
    }
}
