namespace Vouch.Observability.Slo;

/// <summary>A time in which an alert fired or the budget was overspent.</summary>
/// <param name="Kind">What was violated.</param>
/// <param name="Alert">The rule that fired; null for the budget.</param>
/// <param name="Start">The end of the slot that showed it first.</param>
/// <param name="End">The end of the slot that showed it no more; null while it lasts.</param>
/// <param name="Total">Events meanwhile.</param>
/// <param name="Bad">Bad events meanwhile.</param>
/// <param name="PeakBurnRate">The highest burn rate meanwhile, of the long window or, for the budget, the highest share spent.</param>
public sealed record Violation(ViolationKind Kind, BurnRateAlert? Alert, DateTimeOffset Start, DateTimeOffset? End, long Total, long Bad, double PeakBurnRate);
