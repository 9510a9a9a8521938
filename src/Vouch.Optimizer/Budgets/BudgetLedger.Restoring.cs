namespace Vouch.Optimizer.Budgets;

/// <content>Going on after a restart.</content>
public sealed partial class BudgetLedger
{
    private void Restore(IBudgetJournal journal)
    {
        IReadOnlyList<BudgetEntry> entries = journal.Read();
        (List<BudgetEntry> spent, List<BudgetEntry> open) = BudgetHistory.Fold(entries);
        DateTimeOffset today = _time.GetUtcNow();
        long now = _time.GetTimestamp();
        foreach (BudgetEntry reservation in open)
        {
            // How the call went nobody knows any more, and it may have been billed: as a lost call does, it stays charged in full. Dated today, so that no window forgets it early.
            journal.Append(new BudgetEntry(BudgetEntryKind.Settled, reservation.Id, DefaultTenant, reservation.Amount, today));
            spent.Add(reservation with { At = today });
            Recovered += reservation.Amount;
        }

        foreach (BudgetEntry entry in spent)
        {
            // What lies before the monotonic clock's beginning counts as spent at its beginning.
            TimeSpan age = entry.At < today ? today - entry.At : TimeSpan.Zero;
            long at = Math.Max(0, now - Ticks(age));
            foreach (SpendAccount account in _shared)
            {
                account.Charge(entry.Amount.Value, at);
            }

            foreach (SpendAccount account in AccountsOf(entry.Tenant, now, create: true) ?? [])
            {
                account.Charge(entry.Amount.Value, at);
            }
        }

        // Numbers of reservations go on, so that a settlement never meets the wrong one.
        _generation = entries.Count == 0 ? 0 : entries.Max(static entry => entry.Id);
    }
}
