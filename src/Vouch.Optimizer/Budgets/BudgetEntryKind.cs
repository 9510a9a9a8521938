namespace Vouch.Optimizer.Budgets;

/// <summary>What a line of a budget's journal says.</summary>
public enum BudgetEntryKind
{
    /// <summary>Money was set aside before a call.</summary>
    Reserved = 1,

    /// <summary>The call is over and cost this much.</summary>
    Settled = 2,

    /// <summary>This much was spent without a reservation.</summary>
    Charged = 3,
}
