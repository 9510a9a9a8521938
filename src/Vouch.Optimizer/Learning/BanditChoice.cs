namespace Vouch.Optimizer.Learning;

/// <summary>A choice with the chance that it was made: what an off-policy estimate needs later.</summary>
/// <param name="Position">The chosen position, -1 where nothing was eligible.</param>
/// <param name="Propensity">The chance with which the position was chosen, in (0, 1]; 0 where nothing was.</param>
/// <param name="Explored">Whether the choice differs from the greedy one.</param>
public readonly record struct BanditChoice(int Position, double Propensity, bool Explored);
