namespace Vouch.Optimizer.Budgets;

/// <summary>What stands against one cap.</summary>
/// <param name="Cap">The cap's name.</param>
/// <param name="Tenant">The tenant, null where the cap bounds everyone.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Spent">What was settled (or expired) within the window, or in the ledger's life.</param>
/// <param name="Reserved">What is set aside for calls under way.</param>
/// <param name="Available">What is left.</param>
public sealed record SpendStatement(string Cap, string? Tenant, NanoUsd Limit, NanoUsd Spent, NanoUsd Reserved, NanoUsd Available);
