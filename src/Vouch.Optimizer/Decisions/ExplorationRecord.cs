namespace Vouch.Optimizer.Decisions;

/// <summary>How a decision explored.</summary>
/// <param name="Share">The share of decisions that explore.</param>
/// <param name="CostCap">How much dearer than the greedy choice an explored one may be.</param>
/// <param name="PriorStrength">How many outcomes the fitted prediction was worth.</param>
/// <param name="Seed">The seed.</param>
public sealed record ExplorationRecord(double Share, double CostCap, double PriorStrength, int Seed);
