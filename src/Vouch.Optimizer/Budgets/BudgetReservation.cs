namespace Vouch.Optimizer.Budgets;

/// <summary>Money set aside for one call, to be settled once.</summary>
/// <param name="Slot">Where the ledger keeps it.</param>
/// <param name="Generation">Which use of the slot it is; a settled or expired reservation is told by it.</param>
/// <param name="Amount">What is set aside.</param>
public readonly record struct BudgetReservation(int Slot, long Generation, NanoUsd Amount)
{
    /// <summary>Gets whether it sets anything aside; the default value does not.</summary>
    public bool IsOpen => Generation > 0;
}
