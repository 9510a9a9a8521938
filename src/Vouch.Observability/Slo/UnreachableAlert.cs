namespace Vouch.Observability.Slo;

/// <summary>A rule of an objective that can never hold: said when the objective is declared, not found out during an outage.</summary>
/// <param name="Alert">The rule.</param>
/// <param name="Threshold">The share of bad events it waits for, 1 or more.</param>
/// <param name="Explanation">Why, and what would help.</param>
public sealed record UnreachableAlert(BurnRateAlert Alert, double Threshold, string Explanation);
