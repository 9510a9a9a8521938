namespace Vouch.Optimizer.Budgets;

/// <summary>A line of a budget's journal.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Id">Which reservation it is about, above 0; 0 for <see cref="BudgetEntryKind.Charged"/>.</param>
/// <param name="Tenant">Whose money it is; empty for a settlement, which finds its tenant by <paramref name="Id"/>, and for the default tenant.</param>
/// <param name="Amount">The money.</param>
/// <param name="At">When, by the calendar: monotonic time does not outlive a process.</param>
public readonly record struct BudgetEntry(BudgetEntryKind Kind, long Id, string Tenant, NanoUsd Amount, DateTimeOffset At);
