namespace Vouch.Observability.Slo;

/// <summary>An alert went from one state to another.</summary>
/// <param name="Objective">The objective's name.</param>
/// <param name="Alert">The rule.</param>
/// <param name="From">Where it stood.</param>
/// <param name="To">Where it stands.</param>
/// <param name="At">The end of the slot that showed it.</param>
public sealed record AlertChange(string Objective, BurnRateAlert Alert, AlertState From, AlertState To, DateTimeOffset At);
