namespace Vouch.Optimizer.Budgets;

/// <summary>What a journal's lines come to: what was spent when, and what was set aside and never settled.</summary>
internal static class BudgetHistory
{
    private static readonly TimeSpan Recent = TimeSpan.FromHours(2);

    /// <summary>Adds the lines up.</summary>
    /// <param name="entries">The lines, oldest first.</param>
    /// <returns>Spending by time, and open reservations by time.</returns>
    public static (List<BudgetEntry> Spent, List<BudgetEntry> Open) Fold(IEnumerable<BudgetEntry> entries)
    {
        var spent = new List<BudgetEntry>();
        var open = new Dictionary<long, BudgetEntry>();
        foreach (BudgetEntry entry in entries)
        {
            switch (entry.Kind)
            {
                case BudgetEntryKind.Reserved:
                    open[entry.Id] = entry;
                    break;
                case BudgetEntryKind.Settled when open.Remove(entry.Id, out BudgetEntry reserved):
                    spent.Add(new BudgetEntry(BudgetEntryKind.Charged, 0, reserved.Tenant, entry.Amount, entry.At));
                    break;
                case BudgetEntryKind.Charged:
                    spent.Add(entry);
                    break;
            }
        }

        return ([.. spent.OrderBy(static entry => entry.At)], [.. open.Values.OrderBy(static entry => entry.Id)]);
    }

    /// <summary>Sums spending up per tenant: minute by minute where recent, hour by hour within two days, then day by day, and all beyond a horizon in one.</summary>
    /// <remarks>A sum carries the time of its latest part, so that a window never forgets early.</remarks>
    public static List<BudgetEntry> Condense(IEnumerable<BudgetEntry> spent, DateTimeOffset now, TimeSpan horizon) =>
    [
        .. spent.Where(static entry => entry.Amount.Value > 0)
            .GroupBy(entry => (entry.Tenant, Bucket: BucketOf(entry.At, now, horizon)))
            .Select(static group => new BudgetEntry(
                BudgetEntryKind.Charged, 0, group.Key.Tenant, group.Aggregate(NanoUsd.Zero, static (sum, entry) => sum + entry.Amount), group.Max(static entry => entry.At)))
            .OrderBy(static entry => entry.At).ThenBy(static entry => entry.Tenant, StringComparer.Ordinal),
    ];

    private static long BucketOf(DateTimeOffset at, DateTimeOffset now, TimeSpan horizon)
    {
        TimeSpan age = now - at;
        long span = age <= Recent ? TimeSpan.TicksPerMinute : age <= TimeSpan.FromDays(2) ? TimeSpan.TicksPerHour : TimeSpan.TicksPerDay;
        return age > horizon ? long.MinValue : at.UtcTicks / span * span;
    }
}
