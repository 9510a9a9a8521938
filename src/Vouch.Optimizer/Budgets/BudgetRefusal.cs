namespace Vouch.Optimizer.Budgets;

/// <summary>Why money was not set aside.</summary>
/// <param name="Cap">The name of the cap that binds; <c>tenants</c> or <c>reservations</c> where the ledger's own bounds do.</param>
/// <param name="Available">What the cap leaves.</param>
public readonly record struct BudgetRefusal(string Cap, NanoUsd Available);
